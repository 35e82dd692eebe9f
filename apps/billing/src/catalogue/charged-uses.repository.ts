import { Inject, Injectable } from '@nestjs/common';
import type { PostgresPool } from '@tokenroute/service-kit';
import type { ChargedUse } from '../pricing/price-effect.js';
import { REPORTS } from '../tokens.js';
import { fromTokenColumns, type TokenColumns } from '../usage/token-columns.js';

/** Of every model: those of the one that is asked for are picked out of them. */
const chargesAtOnce = 5_000;

interface ChargeRow extends TokenColumns {
  id: string;
  created_at_micros: bigint;
  /** Null: of another model. */
  account_id: string | null;
  used_at: Date | null;
}

/** Some charges, and the moment since which all were told by then. */
export interface ChargedUses {
  uses: ChargedUse[];
  toldSince: Date;
}

export interface ModelUserRow {
  account_id: string;
  email: string;
  requests: bigint;
  charged_nano_usd: bigint;
  last_hour: Date;
}

/** Who was charged for a model, and for what. */
@Injectable()
export class ChargedUsesRepository {
  constructor(@Inject(REPORTS) private readonly pool: PostgresPool) {}

  /** The charges of a model since a moment, the newest first, in parts: whoever has enough of them stops. */
  async *ofModel(modelId: string, since: Date): AsyncGenerator<ChargedUses> {
    let after: ChargeRow | null = null;
    for (;;) {
      const rows: ChargeRow[] = await this.some(modelId, since, after);
      after = rows.at(-1) ?? null;
      const isLast = rows.length < chargesAtOnce;
      const toldSince = isLast || !after ? since : new Date(Number(after.created_at_micros / 1_000n) + 1);
      yield { uses: rows.flatMap((row) => toChargedUse(row) ?? []), toldSince };
      if (isLast) return;
    }
  }

  /** Who was charged for a model since a moment, who paid most first. */
  async usersOf(
    modelId: string,
    since: Date,
    limit: number,
  ): Promise<{ users: ModelUserRow[]; accounts: number }> {
    const { rows } = await this.pool.query<ModelUserRow & { accounts: number }>(
      `SELECT u.account_id, coalesce(a.email, '') AS email, sum(u.requests)::bigint AS requests,
              sum(u.charged_nano_usd)::bigint AS charged_nano_usd, max(u.hour) AS last_hour,
              (count(*) OVER ())::int AS accounts
       FROM usage_hours u JOIN accounts a ON a.id = u.account_id
       WHERE u.model = $1 AND u.hour >= $2
       GROUP BY u.account_id, a.email
       ORDER BY charged_nano_usd DESC, u.account_id LIMIT $3`,
      [modelId, since, limit],
    );
    return { users: rows, accounts: rows[0]?.accounts ?? 0 };
  }

  private async some(modelId: string, since: Date, after: ChargeRow | null): Promise<ChargeRow[]> {
    const { rows } = await this.pool.query<ChargeRow>({
      name: 'charges_to_reprice',
      text: `WITH charges AS MATERIALIZED (
               SELECT id, created_at FROM transactions
               WHERE kind = 'charge' AND created_at >= $2
                 AND ($3::bigint IS NULL OR (created_at, id) < ('1970-01-01Z'::timestamptz + $3 * interval '1 microsecond', $4::uuid))
               ORDER BY created_at DESC, id DESC LIMIT ${chargesAtOnce}
             )
             SELECT c.id, (extract(epoch FROM c.created_at) * 1000000)::bigint AS created_at_micros,
                    h.account_id, coalesce(h.used_at, h.ended_at) AS used_at, h.input_tokens, h.cached_input_tokens,
                    h.cache_write_5m_tokens, h.cache_write_1h_tokens, h.audio_input_tokens, h.output_tokens, h.reasoning_tokens
             FROM charges c LEFT JOIN holds h ON h.id = c.id AND h.model = $1 AND h.state = 'settled'
             ORDER BY c.created_at DESC, c.id DESC`,
      values: [modelId, since, after?.created_at_micros.toString() ?? null, after?.id ?? null],
    });
    return rows;
  }
}

function toChargedUse(row: ChargeRow): ChargedUse | null {
  if (row.account_id === null) return null;
  return {
    accountId: row.account_id,
    usedAt: row.used_at!,
    usage: fromTokenColumns(row, false),
  };
}
