import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { PrismaPg } from '@prisma/adapter-pg';
import { ReserveRequest, ReserveResponse, SettleRequest, SettleResponse } from '@tokenroute/contracts';
import {
  applyMigrations,
  createLogger,
  createPostgresPool,
  type NatsConnection,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, withPreviousMigrations } from '@tokenroute/testing';
import { v7 as uuidv7 } from 'uuid';
import type { BillingConfig } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { HoldRepository } from './holds/hold.repository.js';
import { HoldService } from './holds/hold.service.js';
import { verifyLedger } from './ledger/verify-ledger.js';
import { PriceBook } from './pricing/price-book.js';
import { PricePlanRepository } from './pricing/price-plan.repository.js';
import { PriceRepository } from './pricing/price.repository.js';

/*
 * docs/upgrades.md, "Running two versions side by side". What the previous release said to the database and to its
 * neighbours is written down here, as it said it: when a release is made, prisma/previous-release.json and this file follow.
 */

const prismaFolder = fileURLToPath(new URL('../prisma/', import.meta.url));

/** The statements of the previous release: holds as one JSON text. */
class PreviousVersion {
  constructor(private readonly pool: PostgresPool) {}

  async reserve(item: Hold): Promise<string> {
    const { rows } = await this.pool.query<{ outcome: string }>({
      name: 'reserve_holds',
      text: `SELECT outcome, amount_nano_usd, price_id, price_plan_id, available_nano_usd
             FROM reserve_holds($1, make_interval(secs => $2)) ORDER BY item_index`,
      values: [
        JSON.stringify([
          {
            hold_id: item.id,
            account_id: item.accountId,
            key_id: keyId,
            gateway_id: gatewayId,
            model: 'gpt-4o-mini',
            input_tokens_bound: inputTokens,
            output_tokens_limit: outputTokens,
            ceiling_nano_usd: String(costNanoUsd),
            price_id: String(priceId),
          },
        ]),
        900,
      ],
    });
    return rows[0]!.outcome;
  }

  async settle(item: Hold): Promise<string> {
    const { rows } = await this.pool.query<{ outcome: string; charged_nano_usd: bigint | null }>({
      name: 'settle_holds',
      text: 'SELECT outcome, cost_nano_usd, charged_nano_usd, used_at FROM settle_holds($1) ORDER BY item_index',
      values: [
        JSON.stringify([
          {
            hold_id: item.id,
            account_id: item.accountId,
            key_id: keyId,
            model: 'gpt-4o-mini',
            price_id: String(priceId),
            cost_nano_usd: String(costNanoUsd),
            input_tokens: inputTokens,
            cached_input_tokens: 0,
            cache_write_5m_tokens: 0,
            cache_write_1h_tokens: 0,
            audio_input_tokens: 0,
            output_tokens: outputTokens,
            reasoning_tokens: 0,
            usage_estimated: false,
            used_at_unix_ms: String(usedAtUnixMs),
          },
        ]),
      ],
    });
    const { outcome, charged_nano_usd: charged } = rows[0]!;
    return charged === null ? outcome : `${outcome} ${charged}`;
  }

  async release(item: Hold): Promise<string> {
    const { rows } = await this.pool.query<{ outcome: string }>({
      name: 'release_holds',
      text: 'SELECT outcome FROM release_holds($1) ORDER BY item_index',
      values: [JSON.stringify([{ hold_id: item.id, account_id: item.accountId }])],
    });
    return rows[0]!.outcome;
  }
}

/** Its messages, by the field numbers it knew. */
const previousMessages = {
  reserveRequest: ({ id, accountId }: Hold) =>
    new BinaryWriter()
      .uint32(field(1, 2))
      .string(gatewayId)
      .uint32(field(2, 2))
      .fork()
      .uint32(field(1, 2))
      .string(id)
      .uint32(field(2, 2))
      .string(accountId)
      .uint32(field(3, 2))
      .string(keyId)
      .uint32(field(4, 2))
      .string('gpt-4o-mini')
      .uint32(field(5, 0))
      .uint32(inputTokens)
      .uint32(field(6, 0))
      .uint32(outputTokens)
      .join()
      .finish(),
  settleRequest: ({ id, accountId }: Hold) =>
    new BinaryWriter()
      .uint32(field(1, 2))
      .fork()
      .uint32(field(1, 2))
      .string(id)
      .uint32(field(2, 2))
      .string(accountId)
      .uint32(field(3, 2))
      .string(keyId)
      .uint32(field(4, 2))
      .string('gpt-4o-mini')
      .uint32(field(5, 0))
      .int64(priceId)
      .uint32(field(6, 2))
      .fork()
      .uint32(field(1, 0))
      .uint32(inputTokens)
      .uint32(field(6, 0))
      .uint32(outputTokens)
      .join()
      .uint32(field(7, 0))
      .int64(usedAtUnixMs)
      .join()
      .finish(),
  /** The number of the outcome of the first result, and of a charge what was paid. */
  settleResponse: (bytes: Uint8Array) => {
    const result = fieldsOf(fieldsOf(bytes).get(1) as Uint8Array);
    const [[outcome, value]] = [...result] as [[number, Uint8Array]];
    return { outcome, charged: outcome === 1 ? fieldsOf(value).get(2) : undefined };
  },
};

interface Hold {
  id: string;
  accountId: string;
}

const keyId = uuidv7();
const gatewayId = uuidv7();
const priceId = 2n;
const inputTokens = 100;
const outputTokens = 50;
const usedAtUnixMs = BigInt(Date.UTC(2026, 10, 28));
/** gpt-4o-mini at its list price: 150,000 and 600,000 pico-USD a token. */
const costNanoUsd = 45_000n;
const grantedNanoUsd = 100_000_000n;
const charged = `charged ${costNanoUsd}`;

describe('the previous version and this one on one database', () => {
  const logger = createLogger('test', 'fatal');
  let database: TestDatabase;
  let pool: PostgresPool;
  let previousPool: PostgresPool;
  let previous: PreviousVersion;
  let current: HoldService;
  let accountId: string;
  const before: Record<'open' | 'charged' | 'released', Hold> = {} as never;

  beforeAll(async () => {
    let later: string[] = [];
    database = await createTestDatabase({
      schema: 'billing',
      migrate: async (url) => {
        later = await withPreviousMigrations(prismaFolder, (folder) => applyMigrations(url, folder));
      },
    });
    previousPool = openPool();
    previous = new PreviousVersion(previousPool);
    accountId = uuidv7();
    await previousPool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
    await previousPool.query('SELECT grant_credit($1, $1, $2)', [accountId, grantedNanoUsd]);
    for (const name of ['open', 'charged', 'released'] as const) {
      before[name] = newHold();
      expect(await previous.reserve(before[name])).toBe('held');
    }
    expect(await previous.settle(before.charged)).toBe(charged);
    expect(await previous.release(before.released)).toBe('released');

    // The previous version goes on, with statements it has prepared, while its database is brought up to date.
    expect(await applyMigrations(database.url, join(prismaFolder, 'migrations'))).toEqual(later);
    pool = openPool();
    current = await currentVersion();
  }, 120_000);

  afterAll(async () => {
    await pool.end();
    await previousPool.end();
    await database.drop();
  });

  function openPool(): PostgresPool {
    return createPostgresPool({
      databaseUrl: database.url,
      applicationName: 'test',
      maxConnections: 4,
      logger,
    });
  }

  async function currentVersion(): Promise<HoldService> {
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    const [prices, plans] = [new PriceRepository(prisma), new PricePlanRepository(prisma)];
    const book = new PriceBook(prices, plans, {} as NatsConnection, logger);
    await book.reload();
    const config = { HOLD_TIME_TO_LIVE_MS: 900_000 } as BillingConfig;
    return new HoldService(new HoldRepository(pool), book, config, logger);
  }

  const newHold = (): Hold => ({ id: uuidv7(), accountId });

  async function reserve(hold: Hold): Promise<string> {
    const [item] = ReserveRequest.decode(previousMessages.reserveRequest(hold)).items;
    const result = await current.reserve(gatewayId, item!);
    ReserveResponse.encode({ results: [result] }).finish();
    return result.outcome!.$case;
  }

  /** As the gateway of the previous version asks, and as it understands the answer. */
  async function settle(hold: Hold): Promise<string> {
    const [item] = SettleRequest.decode(previousMessages.settleRequest(hold)).items;
    const response = SettleResponse.encode({ results: [await current.settle(item!)] }).finish();
    const result = previousMessages.settleResponse(response);
    return result.outcome === 1 ? `charged ${result.charged}` : 'refused';
  }

  test('what the previous one held, charged and released is understood by this one', async () => {
    expect(await settle(before.open)).toBe(charged);
    expect(await settle(before.charged)).toBe(charged);
    expect(await settle(before.released)).toBe('refused');
  });

  test('both work on: what one holds the other settles, and a repeat at the other changes nothing', async () => {
    const [ofPrevious, ofCurrent, givenBack] = [newHold(), newHold(), newHold()];
    expect(await previous.reserve(ofPrevious)).toBe('held');
    expect(await reserve(ofCurrent)).toBe('held');
    expect(await reserve(givenBack)).toBe('held');
    expect(await settle(ofPrevious)).toBe(charged);
    expect(await previous.settle(ofCurrent)).toBe(charged);
    expect(await previous.release(givenBack)).toBe('released');
    expect(await previous.settle(ofPrevious)).toBe(charged);
    expect(await settle(ofCurrent)).toBe(charged);
    expect((await current.release({ holdId: givenBack.id, accountId })).outcome?.$case).toBe('released');
  });

  test('both at the same time on one account: nothing is charged twice, and the books are right', async () => {
    const holds = Array.from({ length: 40 }, newHold);
    const { rows: start } = await pool.query<{ balance: bigint }>(
      'SELECT balance_nano_usd AS balance FROM accounts WHERE id = $1',
      [accountId],
    );
    await Promise.all(
      holds.map(async (hold, index) => {
        const [first, second] = index % 2 === 0 ? [settle, previousSettle] : [previousSettle, settle];
        expect(await (index % 4 < 2 ? reserve(hold) : previous.reserve(hold))).toBe('held');
        expect(await Promise.all([first(hold), second(hold)])).toEqual([charged, charged]);
      }),
    );
    const { rows: end } = await pool.query<{ balance: bigint; held: bigint }>(
      'SELECT balance_nano_usd AS balance, held_nano_usd AS held FROM accounts WHERE id = $1',
      [accountId],
    );
    expect(end[0]).toEqual({ balance: start[0]!.balance - BigInt(holds.length) * costNanoUsd, held: 0n });
    expect((await verifyLedger(pool)).filter(({ violations }) => violations > 0)).toEqual([]);
  });

  const previousSettle = (hold: Hold) => previous.settle(hold);
});

const field = (number: number, wireType: 0 | 2) => number * 8 + wireType;

/** The fields of a message by number, the last of each: numbers as bigint, the others as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, bigint | Uint8Array> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, bigint | Uint8Array>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType === 2) fields.set(number, reader.bytes());
    else fields.set(number, BigInt(reader.int64()));
  }
  return fields;
}
