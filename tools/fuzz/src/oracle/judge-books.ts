import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { FuzzSystem } from '../fuzz-system.js';

const restMs = 60_000;
const idsAtOnce = 10_000;

/**
 * Waits until no hold is open, and looks at what was charged.
 * @param refused the ids of requests whose answer was no 200
 */
export async function judgeBooks(system: FuzzSystem, refused: readonly string[]): Promise<string[]> {
  const database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    const problems = (await comesToRest(database)) ? [] : [`a hold was still open after ${restMs / 1_000} s`];
    for (let from = 0; from < refused.length; from += idsAtOnce) {
      const { rows } = await database.query<{ id: string }>(
        `SELECT id FROM billing.holds WHERE state = 'settled' AND charged_nano_usd > 0 AND id = ANY($1::uuid[])`,
        [refused.slice(from, from + idsAtOnce)],
      );
      problems.push(...rows.map(({ id }) => `the refused request ${id} was charged`));
    }
    return [...problems, ...(await system.ledgerViolations())];
  } finally {
    await database.end();
  }
}

async function comesToRest(database: pg.Client): Promise<boolean> {
  for (const giveUpAt = Date.now() + restMs; Date.now() < giveUpAt; await pause(100)) {
    const { rowCount } = await database.query(`SELECT FROM billing.holds WHERE state = 'held' LIMIT 1`);
    if (rowCount === 0) return true;
  }
  return false;
}
