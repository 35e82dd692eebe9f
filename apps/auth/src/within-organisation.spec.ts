import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { applyMigrations, createPostgresPool, type PostgresPool } from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase } from '@tokenroute/testing';
import { pino } from 'pino';
import { PrismaClient } from './generated/prisma/client.js';
import { KeysRepository } from './keys.repository.js';
import { PeopleRepository } from './people/people.repository.js';
import { withinOrganisation } from './within-organisation.js';

/** The tables behind the wall, each with the SQL that tells whether a row of it is the organisation's ($1). */
const walled: Record<string, string> = {
  api_keys: 'account_id = $1',
  key_events: '(SELECT account_id FROM api_keys WHERE id = key_id) = $1',
  memberships: 'organisation_id = $1',
  people:
    'EXISTS (SELECT FROM memberships m WHERE m.person_id = people.id AND m.organisation_id = $1 AND $1 IS NOT NULL)',
  audit_events: 'coalesce(organisation_id = $1, false)',
};

/** The tables that nothing is read from for one organisation, with the reason; its role may not touch them. */
const closed: Record<string, string> = {
  organisations: 'read by better-auth, and of a person: which are mine',
  invitations: 'read and written by better-auth alone',
  sessions: 'of a person',
  credentials: 'of a person',
  verifications: 'of a person who is not signed in',
  two_factors: 'of a person',
  used_totp_codes: 'of a person',
  balance_alerts: 'read and written by what sends mail alone',
  _prisma_migrations: 'of the schema itself',
};

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const [ours, theirs] = [randomUUID(), randomUUID()];
const keyOf: Record<string, { id: string; digest: Buffer }> = {};
const at = new Date('2026-01-01T00:00:00Z');
const author = { name: 'test', address: '' };
const neverDrawn = () => {
  throw new Error('a key was drawn');
};

let database: TestDatabase;
let pool: PostgresPool;
let prisma: PrismaClient;
let keys: KeysRepository;

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'auth', migrate: (url) => applyMigrations(url, migrations) });
  const logger = pino({ level: 'silent' });
  // One connection, so that whatever a transaction leaves behind meets the next one.
  pool = createPostgresPool({
    databaseUrl: database.url,
    applicationName: 'test',
    maxConnections: 1,
    logger,
  });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'auth' }) });
  keys = new KeysRepository(prisma, pool);
  for (const organisationId of [ours, theirs]) {
    const personId = randomUUID();
    await pool.query(
      `INSERT INTO people (id, name, email) VALUES ($1::uuid, 'Ada', $1::text || '@example.com')`,
      [personId],
    );
    await pool.query(`INSERT INTO organisations (id, name, slug) VALUES ($1::uuid, 'Ada', $1::text)`, [
      organisationId,
    ]);
    await pool.query(
      `INSERT INTO memberships (id, organisation_id, person_id, role) VALUES (gen_random_uuid(), $1, $2, 'owner')`,
      [organisationId, personId],
    );
    keyOf[organisationId] = { id: randomUUID(), digest: randomBytes(32) };
    await createKey(organisationId);
  }
}, 60_000);

afterAll(async () => {
  await prisma?.$disconnect();
  await pool?.end();
  await database?.drop();
});

function createKey(accountId: string) {
  const limits = { requestsPerMinute: null, tokensPerMinute: null, monthlyBudgetNanoUsd: null };
  return keys.create(
    {
      ...{ ...keyOf[accountId]!, ...limits, accountId },
      ...{ name: 'key', display: 'sk-tr-…', allowedModels: [], createdAt: at, expiresAt: null },
    },
    author,
  );
}

const rowsSeen = (organisationId: string, table: string) =>
  withinOrganisation(prisma, organisationId, (transaction) =>
    transaction.$queryRawUnsafe<{ row: string }[]>(`SELECT ctid::text AS row FROM ${table} ORDER BY ctid`),
  );

test('every table is either behind the wall or closed', async () => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'auth'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')`,
  );
  const listed = [...Object.keys(walled), ...Object.keys(closed)];
  expect(rows.map(({ name }) => name).sort()).toEqual(listed.sort());
});

describe.each(Object.entries(walled))('of %s', (table, own) => {
  test('a query that forgets the organisation sees its rows, all of them, and no others', async () => {
    const { rows } = await pool.query<{ row: string; own: boolean }>(
      `SELECT ctid::text AS row, ${own} AS own FROM ${table} ORDER BY ctid`,
      [ours],
    );
    const expected = rows.filter((each) => each.own).map(({ row }) => ({ row }));
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(rows.length);
    expect(await rowsSeen(ours, table)).toEqual(expected);
  });

  test('an organisation that there is not, and none at all, see nothing', async () => {
    expect(await rowsSeen(randomUUID(), table)).toEqual([]);
    expect(await rowsSeen('', table)).toEqual([]);
  });
});

test.each(Object.keys(closed))('%s may not be read within an organisation', async (table) => {
  await expect(rowsSeen(ours, table)).rejects.toThrow('permission denied');
});

test('nothing of the wall is left on the connection', async () => {
  await rowsSeen(ours, 'api_keys');
  await expect(rowsSeen(ours, 'sessions')).rejects.toThrow();
  const { rows } = await pool.query<object>(
    `SELECT current_user = session_user AS self, coalesce(current_setting('tokenroute.organisation', true), '') AS named`,
  );
  expect(rows).toEqual([{ self: true, named: '' }]);
});

describe('within an organisation', () => {
  const change = (statement: string, ...values: unknown[]) =>
    withinOrganisation(prisma, ours, (transaction) => transaction.$executeRawUnsafe(statement, ...values));

  test('a change that forgets the organisation changes its own keys alone', async () => {
    expect(await change(`UPDATE api_keys SET name = 'ours'`)).toBe(1);
    const { rows } = await pool.query('SELECT account_id FROM api_keys WHERE name = $1', ['ours']);
    expect(rows).toEqual([{ account_id: ours }]);
  });

  test.each([
    [
      'a key of another organisation',
      `INSERT INTO api_keys (id, account_id, name, digest, display, created_at)
       VALUES (gen_random_uuid(), $1::uuid, 'key', sha256(''), '', now())`,
      () => theirs,
    ],
    [
      'the history of another organisation’s key',
      `INSERT INTO key_events (key_id, kind, at) VALUES ($1::uuid, 'revoked', now())`,
      () => keyOf[theirs]!.id,
    ],
  ])('%s cannot be written', async (_what, statement, value) => {
    await expect(change(statement, value())).rejects.toThrow('row-level security');
  });

  test.each([
    `UPDATE api_keys SET account_id = gen_random_uuid()`,
    `UPDATE api_keys SET digest = sha256('')`,
    'DELETE FROM api_keys',
    `UPDATE memberships SET role = 'owner'`,
    'DELETE FROM people',
    'SELECT FROM memberships FOR UPDATE',
  ])('%s is refused', async (statement) => {
    await expect(change(statement)).rejects.toThrow('permission denied');
  });
});

test('a key of another account is an unknown one to every change and to its history', async () => {
  const reference = { id: keyOf[theirs]!.id, accountId: ours };
  expect(await keys.update(reference, { name: 'mine' }, at, author)).toBeNull();
  expect(await keys.rotate(reference, { at, overlapMs: 0, author }, neverDrawn)).toBeNull();
  expect(await keys.revoke(reference, at, author)).toBeNull();
  expect(await keys.events(reference)).toBeNull();
  expect(await keys.events({ ...reference, accountId: theirs })).toHaveLength(1);
});

// Last: with no row left behind the wall, what still finds one does not go through it.
describe('when the wall lets nothing through', () => {
  beforeAll(async () => {
    await pool.query('ALTER POLICY api_keys_of_the_organisation ON api_keys USING (false)');
    await pool.query('ALTER POLICY memberships_of_the_organisation ON memberships USING (false)');
  });

  test('what is asked for one organisation finds nothing', async () => {
    const reference = { id: keyOf[ours]!.id, accountId: ours };
    expect(await keys.listByAccount(ours)).toEqual([]);
    expect(await keys.update(reference, { name: 'mine' }, at, author)).toBeNull();
    expect(await keys.rotate(reference, { at, overlapMs: 0, author }, neverDrawn)).toBeNull();
    expect(await keys.revoke(reference, at, author)).toBeNull();
    expect(await keys.events(reference)).toBeNull();
    await expect(createKey(ours)).rejects.toThrow();
    expect(await new PeopleRepository(prisma).membersOf(ours)).toEqual([]);
  });

  test('keys are validated all the same, and changed by an operator', async () => {
    const { id, digest } = keyOf[ours]!;
    expect(await keys.findByDigests([digest])).toMatchObject([{ id }]);
    await keys.used([id], at);
    const reference = { id, accountId: null };
    expect(await keys.update(reference, { name: 'by hand' }, at, author)).toMatchObject({
      key: { name: 'by hand', lastUsedAt: at },
    });
    expect(await keys.events(reference)).toHaveLength(2);
  });
});
