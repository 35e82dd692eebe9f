import { EndRefusal, type Settlement, SettleRequest, type SettleResult } from '@tokenroute/contracts';
import { createLogger, type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import type { HoldService } from '../holds/hold.service.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { DeadLetterRepository } from './dead-letter.repository.js';
import { DeadLetterService } from './dead-letter.service.js';
import type { RefusalReason } from './refused-settlements.js';

const page = { withCharged: false, limit: 0, beforeId: 0n };
const charged: SettleResult = {
  outcome: { $case: 'charged', value: { costNanoUsd: 1n, chargedNanoUsd: 1n, items: [] } },
};
const unknownPrice: SettleResult = {
  outcome: { $case: 'refused', value: EndRefusal.END_REFUSAL_UNKNOWN_PRICE },
};

describe('dead letters', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let service: DeadLetterService;
  let settled: string[];
  let answer: SettleResult;

  beforeAll(async () => {
    database = await createBillingDatabase(4);
    pool = database.pool;
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  beforeEach(async () => {
    // The database refuses to forget a letter, so each test marks what is there as done.
    await pool.query(`UPDATE dead_letters SET outcome = 'charged', replayed_at = now()`);
    settled = [];
    answer = charged;
    const holds: Pick<HoldService, 'settle'> = {
      settle: (item) => {
        settled.push(item.holdId);
        return Promise.resolve(answer);
      },
    };
    service = new DeadLetterService(
      new DeadLetterRepository(pool),
      holds as HoldService,
      createLogger('dead-letters', 'fatal'),
    );
  });

  function settlement(holdId = uuidv7()): Settlement {
    return {
      holdId,
      accountId: uuidv7(),
      keyId: '',
      model: 'gpt-4o-mini',
      priceId: 999n,
      usage: {
        inputTokens: 1,
        cachedInputTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        audioInputTokens: 0,
        outputTokens: 1,
        reasoningTokens: 0,
        estimated: false,
      },
      usedAtUnixMs: 1n,
    };
  }

  const letter = (item: Settlement, reason: RefusalReason = 'unknown-price') => ({
    payload: SettleRequest.encode({ items: [item] }).finish(),
    reason,
  });

  async function kept(...items: Settlement[]): Promise<bigint[]> {
    for (const item of items) await service.keep([letter(item)]);
    return (await service.list(page)).letters.map(({ id }) => id).reverse();
  }

  test('a message that comes again, or twice at once, is the same letter, and its tries are counted', async () => {
    const item = settlement();
    await service.keep([letter(item), letter(item)]);
    await Promise.all([service.keep([letter(item)]), service.keep([letter(item), letter(settlement())])]);
    const { letters, uncharged } = await service.list(page);
    expect(uncharged).toBe(2);
    expect(letters.find(({ settlements }) => settlements[0]!.holdId === item.holdId)).toMatchObject({
      reason: 'unknown-price',
      attempts: 3,
      replayedAt: undefined,
      outcome: '',
      settlements: [item],
    });
  });

  test('bytes that are no settlement are kept as they came', async () => {
    const payload = Buffer.from('00ff00', 'hex');
    await service.keep([{ payload, reason: 'undecodable' }]);
    const { letters } = await service.list(page);
    expect(letters).toMatchObject([{ reason: 'undecodable', payload, settlements: [] }]);
    expect((await service.replay([letters[0]!.id]))[0]).toMatchObject({
      outcome: 'undecodable',
      attempts: 2,
    });
    expect(settled).toEqual([]);
  });

  test('they are listed from the newest, page by page', async () => {
    const ids = await kept(settlement(), settlement(), settlement());
    const first = await service.list({ ...page, limit: 2 });
    const second = await service.list({ ...page, limit: 2, beforeId: first.letters[1]!.id });
    expect([...first.letters, ...second.letters].map(({ id }) => id)).toEqual(ids.toReversed());
    expect([first.uncharged, second.uncharged]).toEqual([3, 3]);
  });

  test('one that a replay charged is off the list, and is not settled again', async () => {
    const [first, second] = await kept(settlement(), settlement());
    expect(await service.replay([second!, first!, second!])).toMatchObject([
      { id: second, outcome: 'charged', attempts: 2 },
      { id: first, outcome: 'charged', attempts: 2 },
    ]);
    expect(await service.replay([first!, second!])).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
    expect(settled).toHaveLength(2);
    expect(await service.list(page)).toEqual({ letters: [], uncharged: 0 });
    const all = await service.list({ ...page, withCharged: true });
    expect(all.letters.map(({ id }) => id)).toEqual(expect.arrayContaining([first, second]));
  });

  test('one that is refused again stays, with what came of it', async () => {
    const [id] = await kept(settlement());
    answer = unknownPrice;
    expect(await service.replay([id!])).toMatchObject([{ outcome: 'unknown-price', attempts: 2 }]);
    expect((await service.list(page)).uncharged).toBe(1);
    answer = charged;
    expect(await service.replay([id!])).toMatchObject([{ outcome: 'charged', attempts: 3 }]);
    expect((await service.list(page)).uncharged).toBe(0);
  });

  test('replays at the same time leave it charged', async () => {
    const ids = await kept(...Array.from({ length: 20 }, () => settlement()));
    await Promise.all([service.replay(ids), service.replay(ids.toReversed()), service.replay(ids)]);
    expect((await service.list(page)).uncharged).toBe(0);
  });

  test('an unknown id replays none of the others', async () => {
    const [id] = await kept(settlement());
    await expect(service.replay([id!, 10n ** 12n])).rejects.toMatchObject({ code: 'not-found' });
    await expect(service.get(10n ** 12n)).rejects.toMatchObject({ code: 'not-found' });
    expect(settled).toEqual([]);
  });

  test('a page that cannot be is refused by the name of the field', async () => {
    await expect(service.list({ ...page, limit: 501 })).rejects.toMatchObject({ param: 'limit' });
    await expect(service.list({ ...page, beforeId: -1n })).rejects.toMatchObject({ param: 'before_id' });
    await expect(service.replay(Array.from({ length: 501 }, () => 1n))).rejects.toMatchObject({
      param: 'ids',
    });
  });

  test.each([
    'DELETE FROM dead_letters',
    'TRUNCATE dead_letters',
    `UPDATE dead_letters SET payload = ''`,
    `UPDATE dead_letters SET reason = 'failed'`,
  ])('what came cannot be removed or changed: %s', async (statement) => {
    await kept(settlement());
    await expect(pool.query(statement)).rejects.toThrow('append-only');
  });
});
