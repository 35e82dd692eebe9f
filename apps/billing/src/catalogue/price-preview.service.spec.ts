import { PrismaPg } from '@prisma/adapter-pg';
import type { AddPriceRequest, Usage } from '@tokenroute/contracts';
import { formatUsd, nanoUsd } from '@tokenroute/money';
import { connectNats, createLogger, type NatsConnection, type PostgresPool } from '@tokenroute/service-kit';
import { testServers } from '@tokenroute/testing';
import { v7 as uuidv7 } from 'uuid';
import { AccountRepository } from '../accounts/account.repository.js';
import { AccountService } from '../accounts/account.service.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { HoldRepository } from '../holds/hold.repository.js';
import { cost } from '../pricing/cost.js';
import { PriceBook } from '../pricing/price-book.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { PriceRepository } from '../pricing/price.repository.js';
import { reportsApplicationName } from '../tokens.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { CatalogueAnnouncer } from './catalogue-announcer.js';
import { CatalogueEventsRepository } from './catalogue-events.repository.js';
import { CatalogueService } from './catalogue.service.js';
import { ChargedUsesRepository } from './charged-uses.repository.js';
import { ModelRepository } from './model.repository.js';
import { PriceListRepository } from './price-list.repository.js';
import { PricePlanService } from './price-plan.service.js';
import { PricePlanWriter } from './price-plan-writer.js';
import { PricePreviewService } from './price-preview.service.js';

const logger = createLogger('test', 'fatal');
const model = 'gpt-4o-mini';
let database: BillingDatabase;
let pool: PostgresPool;
let reports: PostgresPool;
let nats: NatsConnection;
let prisma: PrismaClient;
let book: PriceBook;
let accounts: AccountService;
let catalogue: CatalogueService;
let plans: PricePlanService;
let previews: PricePreviewService;

beforeAll(async () => {
  database = await createBillingDatabase(4);
  pool = database.pool;
  reports = database.open(reportsApplicationName, 4);
  nats = await connectNats(testServers().natsUrl, 'test', logger);
  prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
  book = new PriceBook(new PriceRepository(prisma), new PricePlanRepository(prisma), nats, logger);
  await book.onModuleInit();
  const accountRepository = new AccountRepository(prisma, pool);
  accounts = new AccountService(accountRepository);
  const [models, prices] = [new ModelRepository(prisma), new PriceListRepository(prisma)];
  const announcer = new CatalogueAnnouncer(book, nats, logger);
  const events = new CatalogueEventsRepository(prisma);
  catalogue = new CatalogueService(models, prices, book, announcer, events, logger);
  plans = new PricePlanService(
    accounts,
    new PricePlanRepository(prisma),
    new PricePlanWriter(prisma),
    announcer,
    logger,
  );
  previews = new PricePreviewService(
    models,
    prices,
    book,
    new ChargedUsesRepository(reports),
    accountRepository,
  );
}, 60_000);

afterAll(async () => {
  book?.onApplicationShutdown();
  await nats?.drain();
  await reports?.end();
  await database?.end();
});

const usage = (members: Partial<Usage>): Usage => ({
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
  ...members,
});

/** Charged at the price in force, as a gateway's settlement is. */
async function charge(accountId: string, used: Usage, modelId = model): Promise<bigint> {
  const usedAt = new Date();
  const { price, plan } = book.ofAccount(accountId, modelId, usedAt)!;
  const costNanoUsd = cost(used, price, usedAt);
  const [result] = await new HoldRepository(pool).settle([
    {
      holdId: uuidv7(),
      accountId,
      keyId: uuidv7(),
      model: modelId,
      priceId: price.id,
      pricePlanId: plan?.id,
      costNanoUsd,
      usedAtUnixMs: BigInt(usedAt.getTime()),
      usage: used,
    },
  ]);
  expect(result!.outcome).toBe('charged');
  return costNanoUsd;
}

const draft = (members: Partial<AddPriceRequest> = {}): AddPriceRequest => ({
  model,
  rates: { inputPicoUsd: 300_000n, outputPicoUsd: 600_000n },
  longContextAboveTokens: 0,
  peakHours: '',
  peakPercent: 0,
  source: 'a test',
  operator: 'ann',
  ...members,
});

const createAccount = async (email: string) => (await accounts.create(email, nanoUsd(10_000_000_000n))).id;

describe('the preview of a price', () => {
  test('tells what was charged, to the nano-USD, and what it would have been', async () => {
    const [ada, bob] = [await createAccount('ada@example.com'), await createAccount('bob@example.com')];
    await plans.add({
      accountId: bob,
      model: '',
      basisPoints: 5_000,
      reason: 'test',
      operator: 'ann',
    });
    const used = usage({ inputTokens: 1_001, cachedInputTokens: 100, outputTokens: 33 });
    const charged = (await charge(ada, used)) + (await charge(ada, used)) + (await charge(bob, used));
    // Of another model: none of this one's business.
    await charge(bob, used, 'gpt-4o');
    const preview = await previews.preview({ price: draft() });
    // 901 and 100 input at 0.30, 33 output at 0.60 USD per million: 320,100 nano-USD, half of it for Bob.
    expect(preview).toMatchObject({
      requests: 3n,
      beforeNanoUsd: charged,
      afterNanoUsd: 320_100n * 2n + 160_050n,
      affectedAccounts: 2,
      before: { rates: { inputPicoUsd: 150_000n } },
      after: { id: 0n, rates: { inputPicoUsd: 300_000n, cachedInputPicoUsd: 300_000n } },
      accounts: [
        { accountId: ada, email: 'ada@example.com', requests: 2n, afterNanoUsd: 640_200n },
        { accountId: bob, email: 'bob@example.com', requests: 1n, afterNanoUsd: 160_050n },
      ],
    });
    expect(preview.tokens.find(({ kind }) => kind === 'cached_input')).toMatchObject({
      tokens: 300n,
      // 200 at 0.30 and 100 at half of it.
      afterNanoUsd: 75_000n,
    });
    expect(formatUsd(preview.afterNanoUsd - preview.beforeNanoUsd)).toMatch(/^0\.000/);
  });

  test('keeps nothing of it: no price, no event, and the same draft can be added afterwards', async () => {
    const before = await catalogue.pricesOf(model);
    const events = await catalogue.eventsOf(model);
    const price = draft({ effectiveFrom: new Date(Date.now() + 3_600_000) });
    await previews.preview({ price });
    expect(await catalogue.pricesOf(model)).toEqual(before);
    expect(await catalogue.eventsOf(model)).toEqual(events);
    const added = await catalogue.addPrice(price);
    expect((await catalogue.pricesOf(model))[0]).toEqual(added);
    await expect(previews.preview({ price })).rejects.toMatchObject({
      code: 'conflict',
      param: 'effective_from',
    });
  });

  test.each<[string, Partial<AddPriceRequest>, string]>([
    ['no rates', { rates: undefined }, 'rates.input_pico_usd'],
    ['a negative rate', { rates: { inputPicoUsd: 1n, outputPicoUsd: -1n } }, 'rates.output_pico_usd'],
    ['a moment in the past', { effectiveFrom: new Date(0) }, 'effective_from'],
    ['no source', { source: ' ' }, 'source'],
    ['hours that are none', { peakHours: 'always', peakPercent: 200 }, 'peak_hours'],
    ['a discount in peak hours', { peakHours: 'Mon-Fri 01:00-02:00', peakPercent: 50 }, 'peak_percent'],
    ['a tier without its beginning', { longContextRates: { inputPicoUsd: 1n } }, 'long_context_above_tokens'],
    ['a model that there is not', { model: 'nothing' }, 'model'],
  ])('refuses %s by the name of the field, as adding it does', async (_what, members, field) => {
    const price = draft(members);
    await expect(previews.preview({ price })).rejects.toMatchObject({ param: field });
    await expect(catalogue.addPrice(price)).rejects.toMatchObject({ param: field });
  });

  test('looks through more charges than are read at once, and tells the moment since which it saw all', async () => {
    const account = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [account],
    );
    // Cost nothing, so that the books stay right without entries; three of each microsecond.
    await pool.query(
      `WITH charge AS (
         INSERT INTO transactions (id, kind, created_at)
         SELECT gen_random_uuid(), 'charge', now() - interval '1 day' - (s / 3) * interval '1 microsecond'
         FROM generate_series(1, 12000) s RETURNING id, created_at)
       INSERT INTO holds (id, account_id, state, amount_nano_usd, model, created_at, ended_at, used_at, cost_nano_usd,
         charged_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens,
         output_tokens, reasoning_tokens, usage_estimated)
       SELECT id, $1, 'settled', 0, 'claude-haiku-4-5', created_at, created_at, created_at, 0, 0, 1, 0, 0, 0, 0, 0, 0, false
       FROM charge`,
      [account],
    );
    const price = draft({ model: 'claude-haiku-4-5' });
    const preview = await previews.preview({ price });
    expect(preview).toMatchObject({ requests: 12_000n, afterNanoUsd: 12_000n * 300n });
    expect(Date.now() - preview.since!.getTime()).toBeGreaterThan(29 * 86_400_000);
  });
});

describe('a model', () => {
  test('that is retired is not on offer from then on, is still listed for administrators, and comes back', async () => {
    const ids = async (withOthers: boolean) =>
      (await catalogue.modelsOnOffer('', withOthers)).map(({ id }) => id);
    const put = (retiredAt: Date | undefined) =>
      catalogue.putModel({
        model: {
          id: model,
          provider: '',
          upstreamModel: '',
          ownedBy: '',
          contextTokens: 0,
          maxOutputTokens: 0,
          capabilities: [],
          replacedBy: '',
          retiredAt,
        },
        fields: ['retired_at'],
        operator: 'ann@example.com from 192.0.2.1',
      });
    await put(new Date(Date.now() + 3_600_000));
    expect(await ids(false)).toContain(model);
    await put(new Date());
    expect(await ids(false)).not.toContain(model);
    expect(await ids(true)).toContain(model);
    await put(undefined);
    expect(await ids(false)).toContain(model);
    const [event] = await catalogue.eventsOf(model);
    expect(event).toMatchObject({
      what: 'model-changed',
      by: 'ann@example.com from 192.0.2.1',
      changes: [{ column: 'retired_at', after: '' }],
    });
  });

  test('names who used it, who paid most first', async () => {
    const [ada, bob] = [await createAccount('more@example.com'), await createAccount('less@example.com')];
    await charge(ada, usage({ outputTokens: 2_000 }), 'gpt-4o');
    await charge(bob, usage({ outputTokens: 1_000 }), 'gpt-4o');
    const emails = async () => (await previews.usersOf('gpt-4o')).users.map(({ email }) => email);
    const rollUp = () =>
      pool.query(`SELECT roll_up_usage('200 milliseconds', $1, 100000)`, [reportsApplicationName]);
    while (!(await emails()).includes('less@example.com')) await rollUp();
    expect((await emails()).filter((email) => /more|less/.test(email))).toEqual([
      'more@example.com',
      'less@example.com',
    ]);
    await expect(previews.usersOf('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('accounts', () => {
  const list = (members: object = {}) =>
    accounts.list({ text: '', ids: [], onlyFrozen: false, pageSize: 0, pageToken: '', ...members });

  test('come the newest first, each once, page by page, though more are made meanwhile', async () => {
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) made.unshift(await createAccount(`paged${index}@example.com`));
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await list({ text: 'PAGED', pageSize: 3, pageToken });
      seen.push(...page.accounts.map(({ id }) => id));
      pageToken = page.nextPageToken;
      await createAccount('paged-later@example.com');
    } while (pageToken !== '');
    expect(seen).toEqual(made);
  });

  test('are found by their id, and by the ids of the organisations that match', async () => {
    const [one, other] = [await createAccount('one@example.com'), await createAccount('other@example.com')];
    const found = async (members: object) => (await list(members)).accounts.map(({ id }) => id);
    expect(await found({ text: one.toUpperCase() })).toEqual([one]);
    expect(await found({ text: 'nobody', ids: [other] })).toEqual([other]);
    expect(await found({ text: "100%_'" })).toEqual([]);
    expect(await found({ text: 'one@example.com', onlyFrozen: true })).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['a text without end', { text: 'x'.repeat(201) }, 'text'],
    ['ids that are none', { ids: ['x'] }, 'ids'],
    ['too large a page', { pageSize: 201 }, 'page_size'],
    ['a token of its own', { pageToken: 'x' }, 'page_token'],
  ])('refuse %s', async (_what, members, param) => {
    await expect(list(members)).rejects.toMatchObject({ code: 'invalid-request', param });
  });

  test('keep who granted credit, and a repeat grants nothing more', async () => {
    const [id, grant] = [await createAccount('granted@example.com'), uuidv7()];
    for (const operator of ['ann from 192.0.2.1', 'bob'])
      await accounts.grantCredit(id, nanoUsd(5n), grant, operator);
    const { rows } = await pool.query('SELECT operator FROM grant_operators WHERE transaction_id = $1', [
      grant,
    ]);
    expect(rows).toEqual([{ operator: 'ann from 192.0.2.1' }]);
    expect((await accounts.get(id)).balanceNanoUsd).toBe(10_000_000_005n);
  });
});
