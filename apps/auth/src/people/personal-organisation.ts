import type { PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidV7 } from 'uuid';
import { attributedPool } from './attributed-pool.js';

/**
 * Makes sure that a person has an organisation of their own. Called at every sign-in, so a start that was cut short is made up
 * for at the next one; several at once make one.
 * @returns its id, and whether it was made now
 */
export async function ensurePersonalOrganisation(
  pool: PostgresPool,
  personId: string,
): Promise<{ id: string; isNew: boolean }> {
  const client = await attributedPool(pool).connect();
  try {
    const found = await client.query<{ id: string }>('SELECT id FROM organisations WHERE personal_of = $1', [
      personId,
    ]);
    if (found.rows[0]) return { id: found.rows[0].id, isNew: false };
    const made = await client.query<{ organisation_id: string }>(
      `WITH organisation AS (
         INSERT INTO organisations (id, name, slug, personal_of)
         SELECT $2::uuid, left(coalesce(nullif(btrim(name), ''), 'Personal'), 100), $2::uuid::text, id FROM people WHERE id = $1
         ON CONFLICT (personal_of) DO NOTHING
         RETURNING id
       )
       INSERT INTO memberships (id, organisation_id, person_id, role) SELECT $3::uuid, id, $1::uuid, 'owner' FROM organisation
       RETURNING organisation_id`,
      [personId, uuidV7(), uuidV7()],
    );
    if (made.rows[0]) return { id: made.rows[0].organisation_id, isNew: true };
    const other = await client.query<{ id: string }>('SELECT id FROM organisations WHERE personal_of = $1', [
      personId,
    ]);
    return { id: other.rows[0]!.id, isNew: false };
  } finally {
    client.release();
  }
}
