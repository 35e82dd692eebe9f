import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const lookEveryMs = 500;
const reportedAtMost = 20;

/** Each names the rows that break it; on one snapshot of the books. */
const invariants: Record<string, string> = {
  'entries sum to zero': `
    SELECT transaction_id::text AS row FROM billing.entries GROUP BY transaction_id HAVING sum(amount_nano_usd) <> 0`,
  'nothing is below zero, and no more is held than there is': `
    SELECT id::text AS row FROM billing.accounts
    WHERE kind = 'customer' AND (held_nano_usd < 0 OR held_nano_usd > balance_nano_usd)`,
  'a balance is the sum of its entries': `
    SELECT a.id::text AS row FROM billing.accounts a
    LEFT JOIN (SELECT account_id, sum(amount_nano_usd) AS total FROM billing.entries GROUP BY 1) e ON e.account_id = a.id
    WHERE a.kind = 'customer' AND a.balance_nano_usd <> coalesce(e.total, 0)`,
  'what is held is the sum of the open holds': `
    SELECT a.id::text AS row FROM billing.accounts a
    LEFT JOIN (SELECT account_id, sum(amount_nano_usd) AS total FROM billing.holds WHERE state = 'held' GROUP BY 1) h
      ON h.account_id = a.id
    WHERE a.kind = 'customer' AND a.held_nano_usd <> coalesce(h.total, 0)`,
  'a hold is charged at most once': `
    SELECT h.id::text AS row FROM billing.holds h JOIN billing.entries e ON e.transaction_id = h.id AND e.account_id = h.account_id
    GROUP BY h.id HAVING count(*) > 1`,
};

/** Looks at the books over and over, on a connection of its own around all faults. */
export class LedgerWatch {
  looks = 0;
  readonly violations: string[] = [];
  private ending = false;
  private watching: Promise<void> = Promise.resolve();

  constructor(private readonly databaseUrl: string) {}

  start(): void {
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.ending = true;
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.ending) {
      const client = new pg.Client({ connectionString: this.databaseUrl, connectionTimeoutMillis: 5_000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        while (!this.ending) {
          await this.look(client);
          await pause(lookEveryMs);
        }
      } catch {
        // PostgreSQL is one of the parts that die.
        await pause(lookEveryMs);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  private async look(client: pg.Client): Promise<void> {
    const parts = Object.entries(invariants).map(
      ([name, rows]) => `SELECT '${name}' AS invariant, row FROM (${rows}) AS "${name}"`,
    );
    const { rows } = await client.query<{ invariant: string; row: string }>(parts.join(' UNION ALL '));
    this.looks += 1;
    for (const { invariant, row } of rows) {
      if (this.violations.length < reportedAtMost) this.violations.push(`${invariant}: not so for ${row}`);
    }
  }
}
