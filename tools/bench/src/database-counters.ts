import pg from 'pg';

export interface StatementCount {
  calls: number;
  rows: number;
  ms: number;
}

/** What the database has done so far. */
export interface DatabaseCount {
  /** Transactions that wrote something: exact at once, unlike pg_stat_database. */
  writingTransactions: number;
  walBytes: number;
  /** By the beginning of their text. Null when this PostgreSQL does not count them. */
  statements: Record<string, StatementCount> | null;
}

// The benchmark's own questions do not count.
const ours = '/* bench */';
const shownCharacters = 72;

/** Reads PostgreSQL's own counters over one connection. */
export class DatabaseCounters {
  private constructor(
    private readonly client: pg.Client,
    private readonly countsStatements: boolean,
  ) {}

  static async connect(url: string): Promise<DatabaseCounters> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rowCount } = await client.query(
      `select from pg_extension where extname = 'pg_stat_statements' ${ours}`,
    );
    return new DatabaseCounters(client, rowCount === 1);
  }

  async read(): Promise<DatabaseCount> {
    const { rows } = await this.client.query<{ transactions: string; wal: string }>(
      `select pg_snapshot_xmax(pg_current_snapshot())::text as transactions,
              (pg_current_wal_lsn() - '0/0'::pg_lsn)::text as wal ${ours}`,
    );
    return {
      writingTransactions: Number(rows[0]!.transactions),
      walBytes: Number(rows[0]!.wal),
      statements: this.countsStatements ? await this.readStatements() : null,
    };
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async readStatements(): Promise<Record<string, StatementCount>> {
    const { rows } = await this.client.query<{ query: string } & StatementCount>(
      `select query, sum(calls)::float8 as calls, sum(rows)::float8 as rows, sum(total_exec_time)::float8 as ms
       from pg_stat_statements where query not like '%pg_stat_statements%' and query not like '%' || $1
       group by query ${ours}`,
      [ours],
    );
    const counts: Record<string, StatementCount> = {};
    for (const { query, calls, rows: touched, ms } of rows) {
      const name = query.replace(/\s+/g, ' ').slice(0, shownCharacters);
      const known = counts[name] ?? { calls: 0, rows: 0, ms: 0 };
      counts[name] = { calls: known.calls + calls, rows: known.rows + touched, ms: known.ms + ms };
    }
    return counts;
  }
}

export function databaseDifference(after: DatabaseCount, before: DatabaseCount): DatabaseCount {
  return {
    writingTransactions: after.writingTransactions - before.writingTransactions,
    walBytes: after.walBytes - before.walBytes,
    statements: after.statements && statementDifference(after.statements, before.statements ?? {}),
  };
}

function statementDifference(
  after: Record<string, StatementCount>,
  before: Record<string, StatementCount>,
): Record<string, StatementCount> {
  const changed: Record<string, StatementCount> = {};
  for (const [name, { calls, rows, ms }] of Object.entries(after)) {
    const known = before[name] ?? { calls: 0, rows: 0, ms: 0 };
    if (calls === known.calls) continue;
    changed[name] = { calls: calls - known.calls, rows: rows - known.rows, ms: ms - known.ms };
  }
  return changed;
}
