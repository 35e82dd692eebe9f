import { Inject, Injectable } from '@nestjs/common';
import type { PostgresPool } from '@tokenroute/service-kit';
import { readWithinAccount } from '../accounts/within-account.js';
import { POSTGRES } from '../tokens.js';
import type { UsageQuestion } from './usage.repository.js';

export type TelemetryQuestion = Omit<UsageQuestion, 'groupBy' | 'maxGroups'>;

/** So many requests with this status; or, of those answered with 200, whose time is of this class. */
export interface TelemetryCount {
  measure: 'status' | 'duration' | 'first-token';
  value: number;
  requests: bigint;
}

const dayMs = 86_400_000;

// Full days, and the hours before and after them.
const counted = `
  SELECT key_id, model, measure, value, requests FROM telemetry_hours WHERE account_id = $1 AND hour >= $2 AND hour < $3
  UNION ALL
  SELECT key_id, model, measure, value, requests FROM telemetry_days WHERE account_id = $1 AND day >= $4 AND day < $5
  UNION ALL
  SELECT key_id, model, measure, value, requests FROM telemetry_hours WHERE account_id = $1 AND hour >= $6 AND hour < $7`;

@Injectable()
export class TelemetryRepository {
  constructor(@Inject(POSTGRES) private readonly pool: PostgresPool) {}

  /** What is added up, over all hours, keys and models that were asked for. */
  async count({ accountId, from, to, keyId, model }: TelemetryQuestion): Promise<TelemetryCount[]> {
    return readWithinAccount(this.pool, accountId, async (connection) => {
      const { rows } = await connection.query<TelemetryCount>(
        `SELECT measure, value, sum(requests)::bigint AS requests FROM (${counted}) counted
         WHERE ($8::uuid IS NULL OR key_id = $8) AND ($9::text IS NULL OR model = $9)
         GROUP BY 1, 2`,
        [accountId, ...partsOf(from, to), keyId, model],
      );
      return rows;
    });
  }
}

/** Beginnings and ends of the hours before the full days of a range, of those days, and of the hours after them. */
function partsOf(from: Date, to: Date): [Date, Date, string, string, Date, Date] {
  const firstDay = new Date(Math.ceil(from.getTime() / dayMs) * dayMs);
  const endOfDays = new Date(Math.floor(to.getTime() / dayMs) * dayMs);
  // No full day is in it: it is all hours.
  if (firstDay >= endOfDays) return [from, to, dateOf(from), dateOf(from), to, to];
  return [from, firstDay, dateOf(firstDay), dateOf(endOfDays), endOfDays, to];
}

function dateOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}
