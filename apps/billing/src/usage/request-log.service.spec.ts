import type { ListRequestsRequest, LoggedRequest } from '@tokenroute/contracts';
import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { RequestLogRepository } from './request-log.repository.js';
import { RequestLogService } from './request-log.service.js';

const [often, seldom] = [uuidv7(), uuidv7()];

describe("an account's requests", () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let log: RequestLogService;
  const [accountId, otherId] = [uuidv7(), uuidv7()];

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    log = new RequestLogService(new RequestLogRepository(pool));
    for (const id of [accountId, otherId]) {
      await pool.query(
        `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
        [id],
      );
      // Three begin in each microsecond, out of the order of their ids; two of the oldest have the other key and model.
      await pool.query(
        `INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, created_at, ended_at, used_at, cost_nano_usd,
           charged_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens,
           output_tokens, reasoning_tokens, usage_estimated, http_status, duration_ms, first_token_ms, streamed,
           finish_reason, upstream_model)
         SELECT gen_random_uuid(), $1, CASE WHEN s % 2 = 0 THEN 'settled' ELSE 'held' END, 10,
                CASE WHEN s > 2 THEN $2::uuid ELSE $3::uuid END, CASE WHEN s > 2 THEN 'often' ELSE 'seldom' END,
                '2026-11-01Z'::timestamptz + (s / 3) * interval '1 microsecond',
                CASE WHEN s % 2 = 0 THEN now() END, CASE WHEN s % 2 = 0 THEN now() END, CASE WHEN s % 2 = 0 THEN 7 END,
                CASE WHEN s % 2 = 0 THEN 6 END, 5, 4, 0, 0, 0, 3, 2, false,
                CASE WHEN s % 2 = 0 THEN CASE s % 10 WHEN 0 THEN 502 WHEN 2 THEN 499 ELSE 200 END END,
                CASE WHEN s % 2 = 0 THEN 70 END, CASE WHEN s % 4 = 0 THEN 30 END, s % 4 = 0, CASE WHEN s % 10 > 2 THEN 'stop' END,
                'gpt-4o-mini-2024-07-18'
         FROM generate_series(1, 60000) s`,
        [id, often, seldom],
      );
    }
    await pool.query(
      `INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at) VALUES ($1, $2, 'released', 0, now())`,
      [uuidv7(), accountId],
    );
    await pool.query('ANALYZE holds');
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  const ask = (request: Partial<ListRequestsRequest> = {}) =>
    log.list({
      accountId,
      keyId: '',
      model: '',
      state: '',
      result: '',
      from: undefined,
      to: undefined,
      pageSize: 0,
      pageToken: '',
      ...request,
    });

  async function all(request: Partial<ListRequestsRequest> = {}): Promise<{ pages: LoggedRequest[][] }> {
    const pages: LoggedRequest[][] = [];
    let pageToken = '';
    do {
      const page = await ask({ ...request, pageToken });
      pages.push(page.requests);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return { pages };
  }

  test('come page by page, the newest first, each once, and none of another account', async () => {
    const from = new Date('2026-11-01T00:00:00.019Z');
    const { pages } = await all({ from, pageSize: 200 });
    const requests = pages.flat();
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM holds WHERE account_id = $1 AND created_at >= $2 AND model IS NOT NULL ORDER BY created_at DESC, id DESC`,
      [accountId, from],
    );
    expect(rows.length).toBeGreaterThan(2_000);
    expect(requests.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  }, 30_000);

  test('tell what was held, what it cost and what was used', async () => {
    const [settled] = (await ask({ state: 'settled', pageSize: 1 })).requests;
    expect(settled).toMatchObject({
      keyId: often,
      model: 'often',
      state: 'settled',
      amountNanoUsd: 10n,
      costNanoUsd: 7n,
      chargedNanoUsd: 6n,
      usage: { inputTokens: 5, cachedInputTokens: 4, outputTokens: 3, reasoningTokens: 2, estimated: false },
    });
    expect(settled!.usedAt).toEqual(settled!.endedAt);
    const [held] = (await ask({ state: 'held', pageSize: 1 })).requests;
    expect(held).toMatchObject({ state: 'held', costNanoUsd: 0n, endedAt: undefined });
    expect(held!.usage).toBeUndefined();
  });

  test('tell how they went, and nothing while nobody knows', async () => {
    const { requests } = await ask({ state: 'settled', result: 'succeeded', pageSize: 20 });
    expect(requests.map(({ telemetry }) => telemetry)).toEqual(
      expect.arrayContaining([
        {
          httpStatus: 200,
          durationMs: 70,
          firstTokenMs: 30,
          streamed: true,
          finishReason: 'stop',
          upstreamModel: 'gpt-4o-mini-2024-07-18',
        },
        expect.objectContaining({ httpStatus: 200, firstTokenMs: undefined, streamed: false }),
      ]),
    );
    const [held] = (await ask({ state: 'held', pageSize: 1 })).requests;
    expect(held!.telemetry).toBeUndefined();
  });

  test.each([
    ['succeeded', [200]],
    ['failed', [502]],
    ['cancelled', [499]],
  ])('those that %s are told alone', async (result, statuses) => {
    const { requests } = await ask({ result, pageSize: 200 });
    expect(requests).toHaveLength(200);
    expect([...new Set(requests.map(({ telemetry }) => telemetry!.httpStatus))]).toEqual(statuses);
  });

  test.each([{ keyId: seldom }, { model: 'seldom' }])(
    'of which hardly any match %j are found over pages that may be empty',
    async (filter) => {
      const { pages } = await all(filter);
      expect(pages.slice(0, 2)).toEqual([[], []]);
      expect(pages.flat()).toHaveLength(2);
    },
  );

  test('end before a moment that was asked for', async () => {
    expect((await ask({ to: new Date('2026-11-01') })).requests).toEqual([]);
    expect((await ask({ to: new Date('2026-11-01T00:00:00.001Z'), pageSize: 1 })).requests).toHaveLength(1);
  });

  test.each<[Partial<ListRequestsRequest>, string]>([
    [{ keyId: 'x' }, 'key_id'],
    [{ state: 'open' }, 'state'],
    [{ result: 'odd' }, 'result'],
    [{ pageSize: 201 }, 'page_size'],
    [{ pageToken: 'x' }, 'page_token'],
  ])('%j is refused by name', async (request, param) => {
    await expect(ask(request)).rejects.toMatchObject({ code: 'invalid-request', param });
  });

  test.each([uuidv7(), 'x'])('of %s there are none: there is no such account', async (id) => {
    await expect(ask({ accountId: id })).rejects.toMatchObject({ code: 'not-found' });
  });
});
