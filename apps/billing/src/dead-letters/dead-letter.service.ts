import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { DeadLetter, ListDeadLettersRequest, ListDeadLettersResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { type Logger, meter } from '@tokenroute/service-kit';
import { HoldService } from '../holds/hold.service.js';
import { LOGGER } from '../tokens.js';
import { DeadLetterRepository, type DeadLetterRow } from './dead-letter.repository.js';
import {
  decodeSettlements,
  type NewDeadLetter,
  outcomeOf,
  type ReplayOutcome,
} from './refused-settlements.js';

const defaultLimit = 100;
const maxLimit = 500;

/** Settlements that could not be charged: kept, counted, told, and tried again when an operator says so. */
@Injectable()
export class DeadLetterService implements OnApplicationBootstrap {
  constructor(
    private readonly letters: DeadLetterRepository,
    private readonly holds: HoldService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    meter
      .createObservableGauge('tokenroute.settlements.dead_letters', {
        unit: '{settlement}',
        description: 'Settlements that could not be charged and wait for an operator',
      })
      .addCallback(async (result) => result.observe(await this.letters.countUncharged()));
  }

  /** Resolves when they are on disk: only then may their message be forgotten. */
  async keep(letters: NewDeadLetter[]): Promise<void> {
    await this.letters.keep(letters);
    for (const { reason } of letters) this.logger.error({ reason }, 'settlements: dead letter');
  }

  /** @throws Fault invalid-request naming the field */
  async list(request: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    const { withCharged, beforeId } = request;
    const limit = request.limit || defaultLimit;
    if (limit > maxLimit) throw invalid('limit', `must be 1 to ${maxLimit}, not ${limit}`);
    if (beforeId < 0n) throw invalid('before_id', 'must not be negative');
    const [rows, uncharged] = await Promise.all([
      this.letters.list({ withCharged, limit, beforeId: beforeId || null }),
      this.letters.countUncharged(),
    ]);
    return { letters: rows.map(toDeadLetter), uncharged };
  }

  /** @throws Fault not-found */
  async get(id: bigint): Promise<DeadLetter> {
    return toDeadLetter((await this.find([id]))[0]!);
  }

  /**
   * Settles them once more. Their hold ids make it harmless to do that twice, at the same time or after a crash; one
   * that is charged is left alone.
   * @throws Fault not-found for any unknown id, before anything is settled; invalid-request
   */
  async replay(ids: bigint[]): Promise<DeadLetter[]> {
    if (ids.length > maxLimit) throw invalid('ids', `must be at most ${maxLimit}`);
    const uncharged = (await this.find(ids)).filter(({ outcome }) => outcome !== 'charged');
    const outcomes = await Promise.all(
      uncharged.map(async ({ id, payload }) => [id, await this.settleAgain(payload)] as const),
    );
    await this.letters.noteReplays(new Map(outcomes));
    return (await this.find(ids)).map(toDeadLetter);
  }

  private async settleAgain(payload: Uint8Array): Promise<ReplayOutcome> {
    const items = decodeSettlements(payload);
    if (!items) return 'undecodable';
    const outcomes = await Promise.all(
      items.map(async (item) => outcomeOf(item, await this.holds.settle(item))),
    );
    return outcomes.find((outcome) => outcome !== 'charged') ?? 'charged';
  }

  /** In the order asked for. */
  private async find(ids: bigint[]): Promise<DeadLetterRow[]> {
    const rows = new Map((await this.letters.find(ids)).map((row) => [row.id, row]));
    const unknown = ids.find((id) => !rows.has(id));
    if (unknown !== undefined) {
      throw new Fault('not-found', `There is no dead letter ${unknown}.`, { param: 'id' });
    }
    return [...new Set(ids)].map((id) => rows.get(id)!);
  }
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    receivedAt: row.received_at,
    reason: row.reason,
    payload: row.payload,
    attempts: row.attempts,
    replayedAt: row.replayed_at ?? undefined,
    outcome: row.outcome ?? '',
    settlements: decodeSettlements(row.payload) ?? [],
  };
}

function invalid(param: string, what: string): Fault {
  return new Fault('invalid-request', `${param}: ${what}.`, { param });
}
