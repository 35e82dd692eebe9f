import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { PostgresPool } from '@tokenroute/service-kit';
import { POSTGRES } from '../tokens.js';
import type { NewDeadLetter, ReplayOutcome } from './refused-settlements.js';

/** A row of `dead_letters`. */
export interface DeadLetterRow {
  id: bigint;
  received_at: Date;
  reason: string;
  payload: Buffer;
  attempts: number;
  replayed_at: Date | null;
  outcome: ReplayOutcome | null;
}

const columns = 'id, received_at, reason, payload, attempts, replayed_at, outcome';

/** The kept messages: added to and marked, never changed or removed. */
@Injectable()
export class DeadLetterRepository {
  constructor(@Inject(POSTGRES) private readonly pool: PostgresPool) {}

  /** Keeps each, once by its payload; resolves when they are on disk. */
  async keep(letters: NewDeadLetter[]): Promise<void> {
    // One statement may not touch a row twice.
    const byDigest = new Map(letters.map((letter) => [digestOf(letter.payload), letter]));
    await this.pool.query({
      name: 'keep_dead_letters',
      text: `INSERT INTO dead_letters AS known (payload_digest, payload, reason)
             SELECT decode(digest, 'hex'), payload, reason
             FROM unnest($1::text[], $2::bytea[], $3::text[]) AS new (digest, payload, reason)
             ORDER BY decode(digest, 'hex')
             ON CONFLICT (payload_digest) DO UPDATE SET attempts = known.attempts + 1`,
      values: [
        [...byDigest.keys()],
        [...byDigest.values()].map(({ payload }) => Buffer.from(payload)),
        [...byDigest.values()].map(({ reason }) => reason),
      ],
    });
  }

  /** The newest first. */
  async list(page: {
    withCharged: boolean;
    limit: number;
    beforeId: bigint | null;
  }): Promise<DeadLetterRow[]> {
    const { rows } = await this.pool.query<DeadLetterRow>({
      name: 'list_dead_letters',
      text: `SELECT ${columns} FROM dead_letters
             WHERE ($1 OR outcome IS DISTINCT FROM 'charged') AND ($2::bigint IS NULL OR id < $2)
             ORDER BY id DESC LIMIT $3`,
      values: [page.withCharged, page.beforeId, page.limit],
    });
    return rows;
  }

  async find(ids: bigint[]): Promise<DeadLetterRow[]> {
    const { rows } = await this.pool.query<DeadLetterRow>({
      name: 'find_dead_letters',
      text: `SELECT ${columns} FROM dead_letters WHERE id = ANY ($1)`,
      values: [ids],
    });
    return rows;
  }

  async countUncharged(): Promise<number> {
    const { rows } = await this.pool.query<{ uncharged: number }>({
      name: 'count_dead_letters',
      text: `SELECT count(*)::integer AS uncharged FROM dead_letters WHERE outcome IS DISTINCT FROM 'charged'`,
    });
    return rows[0]!.uncharged;
  }

  /** Notes what a replay came to. One that is charged stays so, whatever another replay at the same time found. */
  async noteReplays(outcomes: Map<bigint, ReplayOutcome>): Promise<void> {
    await this.pool.query({
      name: 'note_dead_letter_replays',
      // Locked in the order in which keeping locks them.
      text: `WITH locked AS MATERIALIZED (
               SELECT id FROM dead_letters WHERE id = ANY ($1) AND outcome IS DISTINCT FROM 'charged'
               ORDER BY payload_digest FOR UPDATE)
             UPDATE dead_letters l SET attempts = l.attempts + 1, replayed_at = now(), outcome = r.outcome
             FROM locked JOIN unnest($1::bigint[], $2::text[]) AS r (id, outcome) USING (id) WHERE l.id = locked.id`,
      values: [[...outcomes.keys()], [...outcomes.values()]],
    });
  }
}

function digestOf(payload: Uint8Array): string {
  return createHash('sha256').update(payload).digest('hex');
}
