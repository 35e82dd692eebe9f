import { PrismaPg } from '@prisma/adapter-pg';
import type { Usage } from '@tokenroute/contracts';
import { nanoUsd } from '@tokenroute/money';
import { createLogger, type NatsConnection, type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { AccountRepository } from '../accounts/account.repository.js';
import { AccountService } from '../accounts/account.service.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { HoldRepository } from '../holds/hold.repository.js';
import { PriceBook } from '../pricing/price-book.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { PriceRepository } from '../pricing/price.repository.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { QuoteService } from './quote.service.js';
import { ReceiptService } from './receipt.service.js';

const revenue = '00000000-0000-0000-0000-000000000001';
const houseLoss = '00000000-0000-0000-0000-000000000003';
const usage: Usage = {
  inputTokens: 100,
  cachedInputTokens: 40,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 10,
  reasoningTokens: 5,
  estimated: false,
};

describe('what is on the books of a request', () => {
  const logger = createLogger('test', 'fatal');
  let database: BillingDatabase;
  let pool: PostgresPool;
  let prisma: PrismaClient;
  let priceBook: PriceBook;
  let accounts: AccountService;
  let receipts: ReceiptService;
  let priceId: bigint;

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    // Reads the book when it is asked for a price it does not know: nobody tells it of changes here.
    priceBook = new PriceBook(
      new PriceRepository(prisma),
      new PricePlanRepository(prisma),
      {} as NatsConnection,
      logger,
    );
    accounts = new AccountService(new AccountRepository(prisma, pool));
    receipts = new ReceiptService(priceBook, prisma);
    priceId = (await prisma.price.findFirstOrThrow({ where: { modelId: 'gpt-4o-mini' } })).id;
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  async function settle(accountId: string, costNanoUsd: bigint): Promise<string> {
    const holdId = uuidv7();
    await new HoldRepository(pool).settle([
      {
        holdId,
        accountId,
        keyId: '',
        model: 'gpt-4o-mini',
        priceId,
        usage,
        usedAtUnixMs: 1_795_395_600_123n,
        costNanoUsd: nanoUsd(costNanoUsd),
      },
    ]);
    return holdId;
  }

  test('a receipt tells usage, items, price, and entries that sum to zero', async () => {
    const { id } = await accounts.create('a@example.com', 5_000n);
    const receipt = await receipts.get(await settle(id, 18_000n), '');
    expect(receipt).toMatchObject({
      accountId: id,
      state: 'settled',
      costNanoUsd: 18_000n,
      chargedNanoUsd: 5_000n,
      usedAt: new Date(1_795_395_600_123),
      usage,
      price: { id: priceId, rates: { outputPicoUsd: 600_000n } },
    });
    // 60 × 0.15 + 40 × 0.075 + 10 × 0.60 micro-USD
    expect(receipt.items.map(({ kind, picoUsd }) => [kind, picoUsd])).toEqual([
      ['input', 9_000_000n],
      ['cached_input', 3_000_000n],
      ['output', 6_000_000n],
    ]);
    expect(receipt.entries).toEqual([
      expect.objectContaining({
        accountId: houseLoss,
        accountKind: 'house-loss',
        amountNanoUsd: -13_000n,
      }),
      expect.objectContaining({ accountId: id, accountKind: 'customer', amountNanoUsd: -5_000n }),
      expect.objectContaining({ accountId: revenue, accountKind: 'revenue', amountNanoUsd: 18_000n }),
    ]);
  });

  test('a receipt that is asked for as an account’s is there for that account alone', async () => {
    const { id: owner } = await accounts.create('c@example.com', 5_000n);
    const { id: stranger } = await accounts.create('d@example.com', 5_000n);
    const holdId = await settle(owner, 1_000n);
    expect(await receipts.get(holdId, owner)).toMatchObject({ id: holdId, accountId: owner });
    expect(await receipts.get(holdId, owner.toUpperCase())).toMatchObject({ id: holdId });
    for (const other of [stranger, uuidv7(), 'not-a-uuid']) {
      await expect(receipts.get(holdId, other)).rejects.toMatchObject({ code: 'not-found', param: 'id' });
    }
  });

  test.each([uuidv7(), 'not-a-uuid'])('there is no receipt of %s', async (id) => {
    await expect(receipts.get(id, '')).rejects.toMatchObject({ code: 'not-found', param: 'id' });
  });

  test('a quote is the ceiling of the price in force and what is available', async () => {
    await priceBook.reload();
    const quotes = new QuoteService(priceBook, accounts);
    const { id } = await accounts.create('b@example.com', 7n);
    const quantities = { inputTokensBound: 1_000, outputTokensLimit: 100 };
    // 1,000 × 0.15 + 100 × 0.60 micro-USD
    expect(await quotes.quote({ accountId: id, model: 'gpt-4o-mini', ...quantities })).toEqual({
      ceilingNanoUsd: 210_000n,
      priceId,
      availableNanoUsd: 7n,
    });
    const unpriced = quotes.quote({ accountId: id, model: 'nobody', ...quantities });
    await expect(unpriced).rejects.toMatchObject({ code: 'not-found', param: 'model' });
    const stranger = quotes.quote({ accountId: uuidv7(), model: 'gpt-4o-mini', ...quantities });
    await expect(stranger).rejects.toMatchObject({ code: 'not-found' });
  });
});
