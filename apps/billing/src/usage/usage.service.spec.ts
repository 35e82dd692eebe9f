import { type GetUsageRequest, UsageGrouping } from '@tokenroute/contracts';
import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { TelemetryRepository } from './telemetry.repository.js';
import { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

const { USAGE_GROUPING_HOUR, USAGE_GROUPING_DAY, USAGE_GROUPING_KEY, USAGE_GROUPING_MODEL } = UsageGrouping;
const [first, second] = [uuidv7(), uuidv7()].sort() as [string, string];

describe('the usage of an account', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let usage: UsageService;
  const accountId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    usage = new UsageService(new UsageRepository(pool), new TelemetryRepository(pool));
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
    await addUp('2026-11-01T10:00Z', first, 'a', 1);
    await addUp('2026-11-01T11:00Z', first, 'b', 2);
    await addUp('2026-11-01T11:00Z', second, 'a', 4);
    await addUp('2026-11-02T00:00Z', null, 'a', 8);
    await pool.query(`UPDATE usage_rollup SET rolled_up_until = '2027-01-01'`);
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  async function addUp(hour: string, keyId: string | null, model: string, nanoUsd: number): Promise<void> {
    await pool.query(`INSERT INTO usage_hours VALUES ($1, $2, $3, $4, 1, 0, 0, 0, 0, 0, 0, 0, 0, $5, $5)`, [
      accountId,
      hour,
      keyId,
      model,
      nanoUsd,
    ]);
  }

  const ask = (request: Partial<GetUsageRequest>) =>
    usage.get({
      accountId,
      from: new Date('2026-11-01'),
      to: new Date('2026-11-03'),
      groupBy: [],
      keyId: '',
      model: '',
      withTelemetry: false,
      ...request,
    });

  const charged = async (request: Partial<GetUsageRequest>) => {
    const { groups } = await ask(request);
    return groups.map(({ beginsAt, keyId, model, sum }) =>
      [beginsAt?.toISOString().slice(0, 13), keyId, model, sum!.chargedNanoUsd].filter(Boolean).join(' '),
    );
  };

  test.each<[UsageGrouping[], string[]]>([
    [[], ['15']],
    [[USAGE_GROUPING_HOUR], ['2026-11-01T10 1', '2026-11-01T11 6', '2026-11-02T00 8']],
    [[USAGE_GROUPING_DAY], ['2026-11-01T00 7', '2026-11-02T00 8']],
    [[USAGE_GROUPING_KEY], [`${first} 3`, `${second} 4`, '8']],
    [[USAGE_GROUPING_MODEL], ['a 13', 'b 2']],
    [
      [USAGE_GROUPING_DAY, USAGE_GROUPING_MODEL],
      ['2026-11-01T00 a 5', '2026-11-01T00 b 2', '2026-11-02T00 a 8'],
    ],
  ])('by %j is in order of time, key and model, and sums up to the same', async (groupBy, expected) => {
    expect(await charged({ groupBy })).toEqual(expected);
    expect((await ask({ groupBy })).total).toMatchObject({ requests: 4n, chargedNanoUsd: 15n });
  });

  test.each<[Partial<GetUsageRequest>, string[]]>([
    [{ keyId: first }, ['3']],
    [{ model: 'a' }, ['13']],
    [{ keyId: first, model: 'a' }, ['1']],
    [{ from: new Date('2026-11-01T11:00Z'), to: new Date('2026-11-02T00:00Z') }, ['6']],
    [{ model: 'c' }, []],
  ])('of %j is what belongs to it', async (request, expected) => {
    expect(await charged(request)).toEqual(expected);
  });

  test.each<[Partial<GetUsageRequest>, string]>([
    [{ from: undefined }, 'from'],
    [{ from: new Date('2026-11-01T00:00:00.001Z') }, 'from'],
    [{ from: new Date('2025-11-01') }, 'from'],
    [{ to: undefined }, 'to'],
    [{ to: new Date('2026-11-02T00:30Z') }, 'to'],
    [{ to: new Date('2026-11-01') }, 'to'],
    [{ groupBy: [USAGE_GROUPING_HOUR, USAGE_GROUPING_DAY] }, 'group_by'],
    [{ groupBy: [UsageGrouping.USAGE_GROUPING_UNSPECIFIED] }, 'group_by'],
    [{ keyId: 'x' }, 'key_id'],
  ])('%j is refused by name', async (request, param) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'invalid-request', param });
  });

  test('in more groups than anybody reads is refused', async () => {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [id],
    );
    await pool.query(
      `INSERT INTO usage_hours SELECT $1, '2026-11-01Z', gen_random_uuid(), 'a', 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1
       FROM generate_series(1, 10001)`,
      [id],
    );
    const request = { accountId: id, groupBy: [USAGE_GROUPING_KEY] };
    await expect(ask(request)).rejects.toMatchObject({ code: 'invalid-request', param: 'group_by' });
    expect((await ask({ accountId: id })).total!.requests).toBe(10_001n);
  });

  test.each([uuidv7(), 'x'])('%s is unknown: there is no such account', async (id) => {
    await expect(ask({ accountId: id })).rejects.toMatchObject({ code: 'not-found' });
  });
});
