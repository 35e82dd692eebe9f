import { PrismaPg } from '@prisma/adapter-pg';
import { type AddPriceRequest, type Model, subjects } from '@tokenroute/contracts';
import { connectNats, createLogger, type NatsConnection, type PostgresPool } from '@tokenroute/service-kit';
import { testServers } from '@tokenroute/testing';
import { PrismaClient } from '../generated/prisma/client.js';
import { PriceBook } from '../pricing/price-book.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { PriceRepository } from '../pricing/price.repository.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { CatalogueAnnouncer } from './catalogue-announcer.js';
import { CatalogueEventsRepository } from './catalogue-events.repository.js';
import { CatalogueService } from './catalogue.service.js';
import { ModelRepository } from './model.repository.js';
import { PriceListRepository } from './price-list.repository.js';

interface EventRow {
  what: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  by: string;
}

describe('the catalogue', () => {
  const logger = createLogger('test', 'fatal');
  let database: BillingDatabase;
  let pool: PostgresPool;
  let nats: NatsConnection;
  let prisma: PrismaClient;
  let catalogue: CatalogueService;
  /** Those of two replicas of billing, of which the first makes the changes. */
  let books: [PriceBook, PriceBook];

  beforeAll(async () => {
    database = await createBillingDatabase(8);
    pool = database.pool;
    prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    nats = await connectNats(testServers().natsUrl, 'test', logger);
    const book = () =>
      new PriceBook(new PriceRepository(prisma), new PricePlanRepository(prisma), nats, logger);
    books = [book(), book()];
    await Promise.all(books.map((each) => each.onModuleInit()));
    catalogue = serviceOn(nats);
  }, 60_000);

  afterAll(async () => {
    for (const book of books) book.onApplicationShutdown();
    await nats.drain();
    await database.end();
  });

  function serviceOn(connection: NatsConnection): CatalogueService {
    return new CatalogueService(
      new ModelRepository(prisma),
      new PriceListRepository(prisma),
      books[0],
      new CatalogueAnnouncer(books[0], connection, logger),
      new CatalogueEventsRepository(prisma),
      logger,
    );
  }

  function model(members: Partial<Model>): Model {
    return {
      id: 'gpt-4o',
      provider: 'openai',
      upstreamModel: 'x',
      ownedBy: 'openai',
      contextTokens: 1_000,
      maxOutputTokens: 100,
      capabilities: [],
      replacedBy: '',
      ...members,
    };
  }
  const allFields = ['provider', 'upstream_model', 'owned_by', 'context_tokens', 'max_output_tokens'];
  const newModel = (id: string) =>
    catalogue.putModel({ model: model({ id }), fields: allFields, operator: 'ann' });

  function price(modelId: string, inputPicoUsd: bigint, members: Partial<AddPriceRequest> = {}) {
    return {
      model: modelId,
      rates: { inputPicoUsd, outputPicoUsd: 2n },
      longContextAboveTokens: 0,
      peakHours: '',
      peakPercent: 0,
      source: 'test',
      operator: 'ann',
      ...members,
    };
  }

  async function eventsOf(modelId: string): Promise<EventRow[]> {
    const { rows } = await pool.query<EventRow>(
      'SELECT what, before, after, by FROM catalogue_events WHERE model_id = $1 ORDER BY id',
      [modelId],
    );
    return rows;
  }

  const idsOnOffer = async () => (await catalogue.modelsOnOffer('')).map(({ id }) => id);

  /** The next word of a change that everybody gets. */
  function nextAnnouncement(): Promise<void> {
    return new Promise((resolve) => {
      nats.subscribe(subjects.catalogueChanged, { max: 1, callback: () => resolve() });
    });
  }

  test('a model is on offer from its first price on', async () => {
    const created = await newModel('first-price');
    expect(created.price).toBeUndefined();
    expect(await idsOnOffer()).not.toContain('first-price');
    await catalogue.addPrice(price('first-price', 1n));
    expect(await idsOnOffer()).toContain('first-price');
  });

  test('a retargeted alias keeps everything else', async () => {
    const [before] = (await catalogue.modelsOnOffer('')).filter(({ id }) => id === 'gpt-4o');
    const put = await catalogue.putModel({
      model: model({ upstreamModel: 'gpt-4o-2025-05-01' }),
      fields: ['upstream_model'],
      operator: 'ann',
    });
    expect(put).toEqual({ ...before, upstreamModel: 'gpt-4o-2025-05-01' });
    expect((await eventsOf('gpt-4o')).at(-1)).toMatchObject({
      what: 'model-changed',
      before: { upstream_model: 'gpt-4o-2024-11-20', owned_by: 'openai' },
      after: { upstream_model: 'gpt-4o-2025-05-01', owned_by: 'openai' },
      by: 'ann',
    });
  });

  test('a deprecation with its replacement is written, and taken back', async () => {
    await newModel('old-model');
    const deprecatedAt = new Date('2030-01-01Z');
    const fields = ['deprecated_at', 'replaced_by'];
    const gone = model({ id: 'old-model', deprecatedAt, replacedBy: 'gpt-4o' });
    expect(await catalogue.putModel({ model: gone, fields, operator: 'ann' })).toMatchObject({
      deprecatedAt,
      replacedBy: 'gpt-4o',
    });
    const back = await catalogue.putModel({ model: model({ id: 'old-model' }), fields, operator: 'ann' });
    expect(back).toMatchObject({ deprecatedAt: undefined, replacedBy: '' });
  });

  test.each<[string, Partial<Model>, string[], string]>([
    ['a replacement that does not exist', { replacedBy: 'nobody' }, ['replaced_by'], 'replaced_by: '],
    ['a field out of range', { contextTokens: 0 }, ['context_tokens'], 'context_tokens: '],
    ['an unknown ability', { capabilities: ['x'] }, ['capabilities'], 'capabilities: '],
  ])('%s is refused by name, and leaves no event', async (_what, members, fields, named) => {
    const events = await eventsOf('codestral');
    const request = { model: model({ id: 'codestral', ...members }), fields, operator: 'ann' };
    await expect(catalogue.putModel(request)).rejects.toMatchObject({
      code: 'invalid-request',
      publicMessage: expect.stringContaining(named),
    });
    expect(await eventsOf('codestral')).toEqual(events);
  });

  test('nobody changes anything without a name', async () => {
    await expect(catalogue.addPrice(price('gpt-4o', 1n, { operator: ' ' }))).rejects.toThrow(/^operator: /);
    const request = { model: model({}), fields: ['owned_by'], operator: '' };
    await expect(catalogue.putModel(request)).rejects.toThrow(/^operator: /);
  });

  test('a change to what is there already leaves no event', async () => {
    await newModel('same');
    await newModel('same');
    expect((await eventsOf('same')).map(({ what, before, by }) => ({ what, before, by }))).toEqual([
      { what: 'model-created', before: null, by: 'ann' },
    ]);
  });

  test('changes to different fields at the same time are all kept', async () => {
    await newModel('busy');
    const put = (members: Partial<Model>, field: string) =>
      catalogue.putModel({ model: model({ id: 'busy', ...members }), fields: [field], operator: 'ann' });
    await Promise.all([
      put({ ownedBy: 'somebody' }, 'owned_by'),
      put({ upstreamModel: 'y' }, 'upstream_model'),
      put({ contextTokens: 5_000 }, 'context_tokens'),
      put({ capabilities: ['tools'] }, 'capabilities'),
    ]);
    const { rows } = await pool.query(
      `SELECT owned_by, upstream_model, context_tokens, capabilities FROM models WHERE id = 'busy'`,
    );
    expect(rows).toEqual([
      { owned_by: 'somebody', upstream_model: 'y', context_tokens: 5_000, capabilities: ['tools'] },
    ]);
  });

  test('a price is in force at once where it was added, and then with every replica', async () => {
    const announced = nextAnnouncement();
    const added = await catalogue.addPrice(price('mistral-large', 7n));
    expect(books[0].inForce('mistral-large', new Date())?.id).toBe(added.id);
    await announced;
    while (books[1].inForce('mistral-large', new Date())?.id !== added.id)
      await new Promise((resolve) => setImmediate(resolve));
    expect(books[1].inForce('mistral-large', new Date())?.rates.input).toBe(7n);
    const { what, before, after, by } = (await eventsOf('mistral-large')).at(-1)!;
    expect({ what, before, by }).toEqual({ what: 'price-added', before: null, by: 'ann' });
    expect(after).toMatchObject({ model_id: 'mistral-large', input_pico_usd: 7, source: 'test' });
  });

  test('a price to come is listed, known, and not yet in force', async () => {
    const effectiveFrom = new Date('2100-01-01Z');
    const now = books[0].inForce('codestral', new Date())!;
    const added = await catalogue.addPrice(price('codestral', 9n, { effectiveFrom }));
    expect(books[0].inForce('codestral', new Date())?.id).toBe(now.id);
    expect(books[0].inForce('codestral', effectiveFrom)?.id).toBe(added.id);
    expect((await catalogue.pricesOf('codestral')).map(({ id }) => id)).toEqual([added.id, now.id]);
    // Before one that is to come, there is still room.
    const sooner = await catalogue.addPrice(
      price('codestral', 8n, { effectiveFrom: new Date('2099-01-01Z') }),
    );
    expect((await catalogue.pricesOf('codestral')).map(({ id }) => id)).toEqual([
      added.id,
      sooner.id,
      now.id,
    ]);
  });

  test('no price begins in the past, and none twice at one moment', async () => {
    const past = price('deepseek-chat', 1n, { effectiveFrom: new Date(Date.now() - 60_000) });
    await expect(catalogue.addPrice(past)).rejects.toMatchObject({
      code: 'invalid-request',
      param: 'effective_from',
    });
    const later = price('deepseek-chat', 1n, { effectiveFrom: new Date('2100-01-01Z') });
    await catalogue.addPrice(later);
    await expect(catalogue.addPrice(later)).rejects.toMatchObject({
      code: 'conflict',
      param: 'effective_from',
    });
  });

  test('every part of a price reads back as it was written', async () => {
    await newModel('whole-price');
    const rates = {
      inputPicoUsd: 1n,
      cachedInputPicoUsd: 2n,
      cacheWrite5mPicoUsd: 3n,
      cacheWrite1hPicoUsd: 4n,
      audioInputPicoUsd: 5n,
      outputPicoUsd: 6n,
    };
    const longContextRates = { ...rates, inputPicoUsd: 11n, outputPicoUsd: 16n };
    const written = {
      rates,
      longContextRates,
      longContextAboveTokens: 200_000,
      peakHours: 'Mon-Fri 01:00-04:00',
      peakPercent: 150,
      effectiveFrom: new Date('2100-01-01Z'),
    };
    await catalogue.addPrice(price('whole-price', 0n, written));
    expect(await catalogue.pricesOf('whole-price')).toEqual([
      { id: expect.any(BigInt), source: 'test', ...written },
    ]);
  });

  test('prices of a model that does not exist are neither added nor listed', async () => {
    await expect(catalogue.addPrice(price('nobody', 1n))).rejects.toMatchObject({ code: 'not-found' });
    await expect(catalogue.pricesOf('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a change that nobody can be told of is made all the same', async () => {
    const broken = await connectNats(testServers().natsUrl, 'test', logger);
    await broken.close();
    const added = await serviceOn(broken).addPrice(price('claude-haiku-4-5', 3n));
    expect(books[0].inForce('claude-haiku-4-5', new Date())?.id).toBe(added.id);
  });

  test('a change by hand is recorded too, and what is recorded stays', async () => {
    await pool.query(`UPDATE models SET owned_by = 'acme' WHERE id = 'claude-opus-4-1'`);
    const { rows: users } = await pool.query<{ session_user: string }>('SELECT session_user');
    expect((await eventsOf('claude-opus-4-1')).at(-1)).toMatchObject({
      what: 'model-changed',
      after: { owned_by: 'acme' },
      by: users[0]!.session_user,
    });
    await expect(pool.query('DELETE FROM catalogue_events')).rejects.toThrow(/append-only/);
    await expect(pool.query(`UPDATE catalogue_events SET by = 'x'`)).rejects.toThrow(/append-only/);
  });
});
