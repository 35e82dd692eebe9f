import { Inject, Injectable } from '@nestjs/common';
import type { PostgresConnection, PostgresPool } from '@tokenroute/service-kit';
import { readWithinAccount } from '../accounts/within-account.js';
import type { TelemetryRow } from '../holds/telemetry-row.js';
import { POSTGRES } from '../tokens.js';
import type { PagePlace } from './page-token.js';
import type { TokenColumns } from './token-columns.js';

export const requestResults = ['succeeded', 'failed', 'cancelled'] as const;
export type RequestResult = (typeof requestResults)[number];

export interface LogQuestion {
  accountId: string;
  /** Null: all. */
  keyId: string | null;
  model: string | null;
  state: string | null;
  result: RequestResult | null;
  from: Date | null;
  to: Date | null;
  after: PagePlace | null;
  pageSize: number;
}

export interface RequestRow extends TelemetryRow, TokenColumns {
  id: string;
  key_id: string | null;
  model: string;
  state: string;
  created_at: Date;
  created_at_micros: bigint;
  ended_at: Date | null;
  used_at: Date | null;
  amount_nano_usd: bigint;
  cost_nano_usd: bigint | null;
  charged_nano_usd: bigint | null;
  usage_estimated: boolean | null;
}

export interface RequestPage {
  rows: RequestRow[];
  /** Where to go on; null: there are no more. */
  next: PagePlace | null;
}

/** So many requests are looked through for one page: where hardly any matches, the next page goes on from there. */
const maxLookedThrough = 20_000;

// The index of an account's holds, walked backwards; tombstones of releases were no requests.
const newestFirst = `
  SELECT *, (extract(epoch FROM created_at) * 1000000)::bigint AS created_at_micros FROM holds
  WHERE account_id = $1 AND created_at >= coalesce($2::timestamptz, '-infinity') AND created_at < coalesce($3::timestamptz, 'infinity')
    AND ($4::bigint IS NULL OR (created_at, id) < ('1970-01-01Z'::timestamptz + $4 * interval '1 microsecond', $5::uuid))
  ORDER BY created_at DESC, id DESC`;

const statusOf: Record<RequestResult, string> = {
  succeeded: 'http_status = 200',
  cancelled: 'http_status = 499',
  failed: 'http_status NOT IN (200, 499)',
};

@Injectable()
export class RequestLogRepository {
  constructor(@Inject(POSTGRES) private readonly pool: PostgresPool) {}

  /** Null: there is no such customer. */
  async page(question: LogQuestion): Promise<RequestPage | null> {
    return readWithinAccount(this.pool, question.accountId, async (connection) => {
      const { rowCount } = await connection.query(
        `SELECT FROM accounts WHERE id = $1 AND kind = 'customer'`,
        [question.accountId],
      );
      if (rowCount === 0) return null;
      const rows = await findMatching(connection, question);
      const last = rows.at(-1);
      const next =
        rows.length === question.pageSize && last ? placeOf(last) : await findLastPlace(connection, question);
      return { rows, next };
    });
  }
}

async function findMatching(connection: PostgresConnection, question: LogQuestion): Promise<RequestRow[]> {
  const { keyId, model, state, result, pageSize } = question;
  const { rows } = await connection.query<RequestRow>(
    `SELECT id, key_id, model, state, created_at, created_at_micros, ended_at, used_at, amount_nano_usd, cost_nano_usd,
            charged_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens,
            audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated, http_status, duration_ms, first_token_ms,
            streamed, finish_reason, upstream_model
     FROM (${newestFirst} LIMIT ${maxLookedThrough}) looked_through
     WHERE model IS NOT NULL AND ($6::uuid IS NULL OR key_id = $6) AND ($7::text IS NULL OR model = $7)
       AND ($8::text IS NULL OR state = $8) AND ${result ? statusOf[result] : true}
     LIMIT $9`,
    [...boundsOf(question), keyId, model, state, pageSize],
  );
  return rows;
}

/** The last of those that were looked through. Null: all were. */
async function findLastPlace(
  connection: PostgresConnection,
  question: LogQuestion,
): Promise<PagePlace | null> {
  const { rows } = await connection.query<Pick<RequestRow, 'id' | 'created_at_micros'>>(
    `SELECT id, created_at_micros FROM (${newestFirst} OFFSET ${maxLookedThrough - 1} LIMIT 1) last`,
    boundsOf(question),
  );
  return rows[0] ? placeOf(rows[0]) : null;
}

function boundsOf({ accountId, from, to, after }: LogQuestion): unknown[] {
  return [accountId, from, to, after?.createdAtMicros.toString() ?? null, after?.id ?? null];
}

function placeOf(row: Pick<RequestRow, 'id' | 'created_at_micros'>): PagePlace {
  return { createdAtMicros: row.created_at_micros, id: row.id };
}
