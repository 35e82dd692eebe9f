import { createHash } from 'node:crypto';
import type { PostgresPool } from '@tokenroute/service-kit';

/** A code is right in its half minute and in those beside it. */
const rememberMs = 120_000;

export class UsedTotpCodes {
  constructor(private readonly pool: PostgresPool) {}

  /** False when the person used this code just now. Of several at once one gets true. */
  async use(personId: string, code: string): Promise<boolean> {
    const digest = createHash('sha256').update(code.trim()).digest();
    const { rowCount } = await this.pool.query(
      `WITH forgotten AS (DELETE FROM used_totp_codes WHERE until < now() AND digest <> $2)
       INSERT INTO used_totp_codes AS used (person_id, digest, until)
       VALUES ($1, $2, now() + make_interval(secs => $3::double precision))
       ON CONFLICT (person_id, digest) DO UPDATE SET until = excluded.until WHERE used.until < now()`,
      [personId, digest, rememberMs / 1000],
    );
    return rowCount === 1;
  }
}
