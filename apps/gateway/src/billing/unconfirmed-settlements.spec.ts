import { EndRefusal, type Settlement, type SettleResult } from '@tokenroute/contracts';
import { createLogger } from '@tokenroute/service-kit';
import { UnconfirmedSettlements } from './unconfirmed-settlements.js';

const charged: SettleResult = {
  outcome: { $case: 'charged', value: { costNanoUsd: 1n, chargedNanoUsd: 1n, items: [] } },
};
const refused: SettleResult = { outcome: { $case: 'refused', value: EndRefusal.END_REFUSAL_CONFLICT } };

function settlement(holdId: string): Settlement {
  return {
    holdId,
    accountId: 'account',
    keyId: 'key',
    model: 'm',
    priceId: 1n,
    usage: undefined,
    usedAtUnixMs: 0n,
  };
}

/** Billing and the queue, each there or not, on a clock that only pauses move. */
class Outlets {
  billingAnswers = true;
  queueTakes = true;
  readonly refusedIds = new Set<string>();
  readonly asked: string[] = [];
  readonly queued: string[][] = [];
  readonly pauses: number[] = [];
  private now = 0;
  private awake: (() => void) | null = null;

  settle = async ({ holdId }: Settlement): Promise<SettleResult> => {
    this.asked.push(holdId);
    if (!this.billingAnswers) throw new Error('no reply');
    return this.refusedIds.has(holdId) ? refused : charged;
  };

  publish = async (settlements: Settlement[]): Promise<boolean> => {
    if (this.queueTakes) this.queued.push(settlements.map(({ holdId }) => holdId));
    return this.queueTakes;
  };

  pause = (ms: number, until: AbortSignal): Promise<void> => {
    this.pauses.push(ms);
    return new Promise((resolve) => {
      this.awake = () => {
        this.now += ms;
        resolve();
      };
      until.addEventListener('abort', () => resolve());
    });
  };

  nowMs = () => this.now;

  /** Lets the pause pass and everything happen that follows from it. */
  async nextRound(): Promise<void> {
    const wake = this.awake;
    this.awake = null;
    wake?.();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('settlements that billing has not confirmed', () => {
  let outlets: Outlets;
  let settlements: UnconfirmedSettlements;

  beforeEach(() => {
    outlets = new Outlets();
    settlements = new UnconfirmedSettlements(outlets, createLogger('test', 'fatal'));
  });

  const ids = (count: number) => Array.from({ length: count }, (_, index) => `hold-${index}`);

  async function addAll(holdIds: string[]): Promise<void> {
    await Promise.all(holdIds.map((holdId) => settlements.add(settlement(holdId))));
  }

  test('what the queue took stays until billing itself has it', async () => {
    outlets.billingAnswers = false;
    await addAll(ids(2));
    expect(outlets.queued.flat()).toEqual(ids(2));
    await outlets.nextRound();
    expect(settlements.size).toBe(2);
    outlets.billingAnswers = true;
    await outlets.nextRound();
    expect(settlements.size).toBe(0);
    expect(outlets.queued.flat()).toEqual(ids(2));
  });

  test('what the queue did not take is offered to it again, many in one message, and only once', async () => {
    outlets.billingAnswers = false;
    outlets.queueTakes = false;
    await addAll(ids(3));
    outlets.queueTakes = true;
    await outlets.nextRound();
    await outlets.nextRound();
    expect(outlets.queued).toEqual([ids(3)]);
  });

  test('a refusal is an answer: it is not tried again', async () => {
    outlets.refusedIds.add('hold-0');
    await addAll(ids(1));
    await outlets.nextRound();
    await outlets.nextRound();
    expect(settlements.size).toBe(0);
    expect(outlets.asked).toEqual(['hold-0']);
  });

  test('while billing is away one batch a round asks for it, ever more rarely', async () => {
    outlets.billingAnswers = false;
    await addAll(ids(1_000));
    for (let round = 0; round < 6; round += 1) await outlets.nextRound();
    expect(outlets.asked).toHaveLength(6 * 200);
    expect(outlets.pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    outlets.billingAnswers = true;
    await outlets.nextRound();
    expect(settlements.size).toBe(0);
  });

  test('those that fail do not keep the others from being tried', async () => {
    outlets.settle = async ({ holdId }) => {
      outlets.asked.push(holdId);
      if (Number(holdId.slice(5)) < 200) throw new Error('billing could not write');
      return charged;
    };
    await addAll(ids(300));
    await outlets.nextRound();
    await outlets.nextRound();
    expect(settlements.size).toBe(200);
  });

  test('the end does not wait for what the queue has', async () => {
    outlets.billingAnswers = false;
    await addAll(ids(1));
    await settlements.end();
    expect(settlements.size).toBe(1);
  });

  test('the end waits for what nobody else has until somebody takes it', async () => {
    outlets.billingAnswers = false;
    outlets.queueTakes = false;
    await addAll(ids(2));
    let ended = false;
    const end = settlements.end().then(() => (ended = true));
    for (let round = 0; round < 3; round += 1) await outlets.nextRound();
    expect(ended).toBe(false);
    outlets.queueTakes = true;
    await outlets.nextRound();
    await end;
    expect(outlets.queued).toEqual([ids(2)]);
  });

  test('the end is not waited for for ever', async () => {
    outlets.billingAnswers = false;
    outlets.queueTakes = false;
    await addAll(ids(1));
    let ended = false;
    const end = settlements.end().then(() => (ended = true));
    for (let round = 0; round < 100 && !ended; round += 1) await outlets.nextRound();
    await end;
    expect(outlets.nowMs()).toBeGreaterThanOrEqual(20_000);
    expect(outlets.nowMs()).toBeLessThan(22_000);
  });
});
