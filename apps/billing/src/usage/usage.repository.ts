import { Inject, Injectable } from '@nestjs/common';
import { UsageGrouping } from '@tokenroute/contracts';
import type { PostgresConnection, PostgresPool } from '@tokenroute/service-kit';
import { readWithinAccount } from '../accounts/within-account.js';
import { POSTGRES } from '../tokens.js';

export interface UsageQuestion {
  accountId: string;
  /** Full hours. */
  from: Date;
  to: Date;
  groupBy: readonly UsageGrouping[];
  /** Null: all. */
  keyId: string | null;
  model: string | null;
  maxGroups: number;
}

/** What is not grouped by is null. */
export interface UsageRow {
  begins_at: Date | null;
  key_id: string | null;
  model: string | null;
  requests: bigint;
  estimated_requests: bigint;
  input_tokens: bigint;
  cached_input_tokens: bigint;
  cache_write_5m_tokens: bigint;
  cache_write_1h_tokens: bigint;
  audio_input_tokens: bigint;
  output_tokens: bigint;
  reasoning_tokens: bigint;
  cost_nano_usd: bigint;
  charged_nano_usd: bigint;
}

const summed = [
  'requests',
  'estimated_requests',
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nano_usd',
  'charged_nano_usd',
];
const sums = summed.map((column) => `sum(${column})::bigint AS ${column}`).join(', ');

// What is added up, and the charges since, each found by its entry: of the account, in order of time.
const hours = `
  SELECT hour, key_id, model, ${summed.join(', ')} FROM usage_hours
  WHERE account_id = $1 AND hour >= $2 AND hour < $3
  UNION ALL
  SELECT date_trunc('hour', e.created_at, 'UTC'), h.key_id, h.model, 1, h.usage_estimated::int, h.input_tokens,
         h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens, h.audio_input_tokens, h.output_tokens,
         h.reasoning_tokens, h.cost_nano_usd, h.charged_nano_usd
  FROM entries e JOIN holds h ON h.id = e.transaction_id AND h.state = 'settled'
  WHERE e.account_id = $1 AND e.created_at >= greatest($2, $6::timestamptz) AND e.created_at < $3`;

@Injectable()
export class UsageRepository {
  constructor(@Inject(POSTGRES) private readonly pool: PostgresPool) {}

  /** In order of time, key and model. Null: there is no such customer. */
  async find(question: UsageQuestion): Promise<UsageRow[] | null> {
    const { accountId, from, to, groupBy, keyId, model, maxGroups } = question;
    const [begins, key, modelId] = columnsOf(groupBy);
    return readWithinAccount(this.pool, accountId, async (connection) => {
      const rolledUpUntil = await findRolledUpUntil(connection, accountId);
      if (rolledUpUntil === null) return null;
      const { rows } = await connection.query<UsageRow>(
        `SELECT ${begins} AS begins_at, ${key} AS key_id, ${modelId} AS model, ${sums}
         FROM (${hours}) hours
         WHERE ($4::uuid IS NULL OR hours.key_id = $4) AND ($5::text IS NULL OR hours.model = $5)
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ${maxGroups}`,
        [accountId, from, to, keyId, model, rolledUpUntil],
      );
      return rows;
    });
  }
}

/** As text: a Date would lose its microseconds. Null: there is no such customer. */
export async function findRolledUpUntil(
  connection: PostgresConnection,
  accountId: string,
): Promise<string | null> {
  const { rows } = await connection.query<{ until: string }>(
    `SELECT usage_rolled_up_until()::text AS until FROM accounts WHERE id = $1 AND kind = 'customer'`,
    [accountId],
  );
  return rows[0]?.until ?? null;
}

function columnsOf(groupBy: readonly UsageGrouping[]): [begins: string, key: string, model: string] {
  const begins = groupBy.includes(UsageGrouping.USAGE_GROUPING_HOUR)
    ? 'hours.hour'
    : groupBy.includes(UsageGrouping.USAGE_GROUPING_DAY)
      ? `date_trunc('day', hours.hour, 'UTC')`
      : 'NULL::timestamptz';
  const key = groupBy.includes(UsageGrouping.USAGE_GROUPING_KEY) ? 'hours.key_id' : 'NULL::uuid';
  const model = groupBy.includes(UsageGrouping.USAGE_GROUPING_MODEL) ? 'hours.model' : 'NULL::text';
  return [begins, key, model];
}
