import { PrismaPg } from '@prisma/adapter-pg';
import { Fault } from '@tokenroute/faults';
import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { PrismaClient } from '../generated/prisma/client.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { AccountRepository } from './account.repository.js';
import { AccountService } from './account.service.js';

let database: BillingDatabase;
let pool: PostgresPool;
let accounts: AccountService;

beforeAll(async () => {
  database = await createBillingDatabase(8);
  pool = database.pool;
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
  accounts = new AccountService(new AccountRepository(prisma, pool));
}, 60_000);

afterAll(async () => {
  await database?.end();
});

test('an account with a chosen id is made once, however often and at once it is asked for, with its credit once', async () => {
  const id = uuidv7();
  const made = await Promise.all(Array.from({ length: 6 }, () => accounts.create('a@example.com', 5n, id)));
  expect(new Set(made.map((account) => account.id))).toEqual(new Set([id]));
  expect(await accounts.create('other@example.com', 0n, id)).toMatchObject({
    id,
    email: 'a@example.com',
    balanceNanoUsd: 5n,
  });
});

test('without an id every account is a new one', async () => {
  const [first, second] = [
    await accounts.create('a@example.com', 0n),
    await accounts.create('a@example.com', 0n),
  ];
  expect(first.id).not.toBe(second.id);
});

test.each(['', 'x', '0197e000000070008000000000000001'])('%p is refused as an id by name', async (id) => {
  const fault = await accounts.create('a@example.com', 0n, id).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(Fault);
  expect(fault).toMatchObject({ code: 'invalid-request', param: 'id' });
});

test('the house’s own accounts cannot be had by their id', async () => {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM accounts WHERE kind <> 'customer' LIMIT 1`,
  );
  await expect(accounts.create('a@example.com', 0n, rows[0]!.id)).rejects.toBeInstanceOf(Fault);
});
