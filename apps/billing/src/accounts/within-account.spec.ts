import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { nanoUsd } from '@tokenroute/money';
import {
  applyMigrations,
  createLogger,
  createPostgresPool,
  driverUrl,
  type NatsConnection,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, testServers } from '@tokenroute/testing';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { PrismaClient } from '../generated/prisma/client.js';
import { HoldRepository } from '../holds/hold.repository.js';
import { FreezeRepository } from '../payments/freeze.repository.js';
import { PaymentRepository } from '../payments/payment.repository.js';
import { TopUpSettingsRepository } from '../payments/top-up-settings.repository.js';
import { PriceBook } from '../pricing/price-book.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { PriceRepository } from '../pricing/price.repository.js';
import { ReceiptService } from '../receipts/receipt.service.js';
import { StatementService } from '../statements/statement.service.js';
import { RequestLogRepository } from '../usage/request-log.repository.js';
import { TelemetryRepository } from '../usage/telemetry.repository.js';
import { UsageRepository } from '../usage/usage.repository.js';
import { AccountRepository } from './account.repository.js';
import { queryWithinAccount, withinAccount } from './within-account.js';

/** The tables behind the wall, each with the SQL that tells whether a row of it is the account's ($1). */
const walled: Record<string, string> = {
  accounts: 'id = $1',
  holds: 'account_id = $1',
  entries: 'account_id = $1',
  transactions:
    'EXISTS (SELECT FROM entries e WHERE e.transaction_id = transactions.id AND e.account_id = $1)',
  payments: 'account_id = $1',
  payment_refunds: '(SELECT account_id FROM payments p WHERE p.id = payment_id) = $1',
  payment_disputes: '(SELECT account_id FROM payments p WHERE p.id = payment_id) = $1',
  payment_customers: 'account_id = $1',
  top_up_settings: 'account_id = $1',
  price_plans: 'account_id = $1',
  key_months: 'account_id = $1',
  usage_hours: 'account_id = $1',
  telemetry_hours: 'account_id = $1',
  telemetry_days: 'account_id = $1',
  account_days: 'account_id = $1',
};

/** The tables that nothing is read from for one account, with the reason; its role may not touch them. */
const closed: Record<string, string> = {
  account_freezes: 'written by operators and disputes; what an account is told of it stands in its own row',
  billing_events: 'an outbox, read by its publisher',
  catalogue_events: 'what operators changed',
  dead_letters: 'of operators',
  gateways: 'of the service itself',
  grant_operators: 'of operators',
  house_losses: 'of the house',
  models: 'everybody’s, read as such',
  prices: 'everybody’s, read as such',
  usage_rollup: 'of the service itself; how far it came is told by a function',
  stripe_events: 'of the payment provider, as they came',
  _prisma_migrations: 'of the schema itself',
};

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const logger = createLogger('test', 'fatal');
const [ours, theirs] = [uuidv7(), uuidv7()];
const holdOf: Record<string, string> = { [ours]: uuidv7(), [theirs]: uuidv7() };
const everything = { keyId: null, model: null };
const usageOf = (accountId: string) => ({
  ...everything,
  accountId,
  from: new Date('2026-01-01'),
  to: new Date('2027-01-01'),
  groupBy: [],
  maxGroups: 10,
});
const requestsOf = (accountId: string) => ({
  ...everything,
  accountId,
  state: null,
  result: null,
  from: null,
  to: null,
  after: null,
  pageSize: 10,
});
const thisMonth = new Date().toISOString().slice(0, 7);

describe('within an account', () => {
  let database: TestDatabase;
  let pool: PostgresPool;
  let prisma: PrismaClient;

  beforeAll(async () => {
    database = await createTestDatabase({
      schema: 'billing',
      migrate: (url) => applyMigrations(url, migrations),
    });
    // One connection, so that whatever a transaction leaves behind meets the next one.
    pool = createPostgresPool({
      databaseUrl: database.url,
      applicationName: 'test',
      maxConnections: 1,
      logger,
    });
    prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    for (const accountId of [ours, theirs]) await fill(accountId);
  }, 60_000);

  afterAll(async () => {
    await prisma?.$disconnect();
    await pool?.end();
    await database?.drop();
  });

  /** A row of everything. */
  async function fill(accountId: string): Promise<void> {
    const [payment, hold] = [uuidv7(), holdOf[accountId]!];
    const insert = (into: string, ...values: unknown[]) => pool.query(`INSERT INTO ${into}`, values);
    await insert(
      `accounts (id, kind, email, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 'a@example.com', 10, 0)`,
      accountId,
    );
    await insert(`transactions (id, kind) VALUES ($1, 'charge')`, hold);
    await insert(
      `entries (transaction_id, account_id, amount_nano_usd)
       VALUES ($1, $2, -10), ($1, '00000000-0000-0000-0000-000000000001', 10)`,
      ...[hold, accountId],
    );
    await insert(
      `holds (id, account_id, state, amount_nano_usd, model, ended_at, cost_nano_usd, charged_nano_usd)
       VALUES ($1, $2, 'settled', 10, 'gpt-4o-mini', now(), 10, 10)`,
      ...[hold, accountId],
    );
    await insert(
      `payments (id, account_id, kind, amount_nano_usd) VALUES ($1, $2, 'checkout', 5)`,
      ...[payment, accountId],
    );
    await insert('payment_refunds (id, payment_id, amount_nano_usd) VALUES ($1::text, $1::uuid, 1)', payment);
    await insert(
      'payment_disputes (id, payment_id, amount_nano_usd) VALUES ($1::text, $1::uuid, 1)',
      payment,
    );
    await insert('payment_customers (account_id, customer) VALUES ($1::uuid, $1::text)', accountId);
    await insert('top_up_settings (account_id) VALUES ($1)', accountId);
    await insert(
      `price_plans (account_id, basis_points, effective_from, reason) VALUES ($1, 9000, now(), 'test')`,
      accountId,
    );
    await insert(
      `key_months (account_id, key_id, month, held_nano_usd, charged_nano_usd) VALUES ($1, $1, '2026-01-01', 0, 0)`,
      accountId,
    );
    await insert(
      `usage_hours VALUES ($1, '2026-01-01Z', NULL, 'gpt-4o-mini', 1, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10)`,
      accountId,
    );
    await insert(
      `telemetry_hours VALUES ($1, '2026-01-01Z', NULL, 'gpt-4o-mini', 'status', 200, 1)`,
      accountId,
    );
    await insert(
      `telemetry_days VALUES ($1, '2026-01-01', NULL, 'gpt-4o-mini', 'status', 200, 1)`,
      accountId,
    );
    await insert(`account_days VALUES ($1, '2026-01-01', 'charge', 1, -10)`, accountId);
  }

  const everyRow = (table: string) => `SELECT ctid::text AS row FROM ${table} ORDER BY ctid`;
  const rowsSeen = (accountId: string, table: string) =>
    queryWithinAccount<{ row: string }>(pool, accountId, { text: everyRow(table) });

  test('every table is either behind the wall or closed', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relnamespace = 'billing'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')`,
    );
    const listed = [...Object.keys(walled), ...Object.keys(closed)];
    expect(rows.map(({ name }) => name).sort()).toEqual(listed.sort());
  });

  describe.each(Object.entries(walled))('of %s', (table, own) => {
    test('a query that forgets the account sees its rows, all of them, and no others', async () => {
      const { rows } = await pool.query<{ row: string; own: boolean }>(
        `SELECT ctid::text AS row, ${own} AS own FROM ${table} ORDER BY ctid`,
        [ours],
      );
      const expected = rows.filter((each) => each.own).map(({ row }) => ({ row }));
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(rows.length);
      expect(await rowsSeen(ours, table)).toEqual(expected);
      expect(
        await withinAccount(prisma, ours, (transaction) => transaction.$queryRawUnsafe(everyRow(table))),
      ).toEqual(expected);
    });

    test('an account that there is not, and none at all, see nothing', async () => {
      expect(await rowsSeen(randomUUID(), table)).toEqual([]);
      expect(await rowsSeen('', table)).toEqual([]);
    });

    test.each([`DELETE FROM ${table}`, `INSERT INTO ${table} DEFAULT VALUES`])(
      '%s is refused',
      async (statement) => {
        await expect(
          withinAccount(prisma, ours, (transaction) => transaction.$executeRawUnsafe(statement)),
        ).rejects.toThrow('permission denied');
      },
    );
  });

  test.each(Object.keys(closed))('%s may not be read within an account', async (table) => {
    await expect(rowsSeen(ours, table)).rejects.toThrow('permission denied');
  });

  test('nothing of the wall is left on the connection, nor a connection lost to a failure', async () => {
    await rowsSeen(ours, 'accounts');
    await expect(rowsSeen(ours, 'gateways')).rejects.toThrow();
    const { rows } = await pool.query<object>(
      `SELECT current_user = session_user AS self, coalesce(current_setting('tokenroute.account', true), '') AS named`,
    );
    expect(rows).toEqual([{ self: true, named: '' }]);
  });

  // Last: with no row left behind the wall, what still finds one does not go through it.
  describe('when the wall lets nothing through', () => {
    let receipts: ReceiptService;

    beforeAll(async () => {
      for (const table of Object.keys(walled))
        await pool.query(`ALTER POLICY of_the_account ON ${table} USING (false)`);
      const plans = new PricePlanRepository(prisma);
      const book = new PriceBook(new PriceRepository(prisma), plans, {} as NatsConnection, logger);
      receipts = new ReceiptService(book, prisma);
    });

    test.each<[string, () => Promise<unknown>, unknown]>([
      ['the account', () => new AccountRepository(prisma, pool).find(ours), null],
      ['its state', () => new FreezeRepository(pool).find(ours), null],
      ['its settings of the top-up', () => new TopUpSettingsRepository(pool).find(ours), null],
      ['its payments', () => new PaymentRepository(pool).ofAccount(ours, 10, null), []],
      ['its usage', () => new UsageRepository(pool).find(usageOf(ours)), null],
      ['how its requests went', () => new TelemetryRepository(pool).count(usageOf(ours)), []],
      ['its requests', () => new RequestLogRepository(pool).page(requestsOf(ours)), null],
      ['its price plans', () => new PricePlanRepository(prisma).ofAccount(ours), []],
    ])('%s is not found', async (_what, ask, nothing) => {
      expect(await ask()).toEqual(nothing);
    });

    test('there is no statement, nor a receipt that is asked for as the account’s', async () => {
      const statement = new StatementService(pool).export(ours, thisMonth);
      await expect(statement.next()).rejects.toMatchObject({ code: 'not-found' });
      await expect(receipts.get(holdOf[ours]!, ours)).rejects.toMatchObject({ code: 'not-found' });
    });

    test('holds are taken and released all the same', async () => {
      const holds = new HoldRepository(pool);
      const hold = { holdId: uuidv7(), accountId: ours };
      const limits = { inputTokensBound: 1, outputTokensLimit: 1, ceilingNanoUsd: nanoUsd(5n) };
      const price = { model: 'gpt-4o-mini', priceId: 2n, pricePlanId: null };
      const reservation = { ...hold, ...limits, ...price, keyId: uuidv7(), gatewayId: uuidv7() };
      expect(await holds.reserve([reservation], 60_000)).toMatchObject([{ outcome: 'held' }]);
      expect(await holds.release([hold])).toEqual([{ outcome: 'released' }]);
    });

    test('an operator sees the receipt, the price book every plan', async () => {
      expect(await receipts.get(holdOf[ours]!, '')).toMatchObject({ accountId: ours });
      expect(await new PricePlanRepository(prisma).all()).toHaveLength(2);
    });
  });
});

/** Roles belong to the whole server: here they have names of their own, so that no other test has made them. */
describe('the migration of a user', () => {
  const suffix = randomUUID().replaceAll('-', '');
  const tenant = `tenant_${suffix}`;
  let folder: string;

  async function asServerUser(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: testServers().databaseUrl });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenant-walls-'));
    await cp(migrations, folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const file = join(folder, name, 'migration.sql');
      const sql = await readFile(file, 'utf8');
      await writeFile(file, sql.replaceAll('tokenroute_billing_tenant', tenant));
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function withDatabasesOf(
    { role, options }: { role: string; options: string },
    work: (urls: string[]) => Promise<void>,
  ): Promise<void> {
    const databases = [
      await createTestDatabase({ schema: 'billing' }),
      await createTestDatabase({ schema: 'billing' }),
    ];
    await asServerUser(`CREATE ROLE ${role} LOGIN PASSWORD 'ordinary' ${options}`);
    try {
      const urls = databases.map((database) => {
        const url = new URL(database.url);
        [url.username, url.password] = [role, 'ordinary'];
        return url;
      });
      for (const url of urls) await asServerUser(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${role}`);
      await work(urls.map(({ href }) => href));
    } finally {
      for (const database of databases) await database.drop();
      await asServerUser(`DROP ROLE IF EXISTS ${tenant}`, `DROP ROLE ${role}`);
    }
  }

  /** Puts the role on, and sees nothing without an account. */
  async function countBehindTheWall(url: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: driverUrl(url) });
    await client.connect();
    try {
      await client.query(`SET ROLE ${tenant}`);
      return (await client.query<object>('SELECT count(*)::int AS seen FROM billing.accounts')).rows;
    } finally {
      await client.end();
    }
  }

  test('who may create roles makes the role itself, in two databases at the same moment', async () => {
    await withDatabasesOf({ role: `maker_${suffix}`, options: 'CREATEROLE' }, async (urls) => {
      await Promise.all(urls.map((url) => applyMigrations(url, folder)));
      for (const url of urls) expect(await countBehindTheWall(url)).toEqual([{ seen: 0 }]);
    });
  }, 60_000);

  test('who may not is told what an administrator has to do, after which it goes on', async () => {
    const role = `plain_${suffix}`;
    await withDatabasesOf({ role, options: '' }, async ([url]) => {
      const statements = `CREATE ROLE ${tenant} NOLOGIN; GRANT ${tenant} TO ${role};`;
      await expect(applyMigrations(url!, folder)).rejects.toThrow(statements);
      await asServerUser(statements);
      expect(await applyMigrations(url!, folder)).toContain('20261123000600_tenant_walls');
      expect(await countBehindTheWall(url!)).toEqual([{ seen: 0 }]);
    });
  }, 60_000);
});
