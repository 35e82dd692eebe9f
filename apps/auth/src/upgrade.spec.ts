import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  applyMigrations,
  createLogger,
  createPostgresPool,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, withPreviousMigrations } from '@tokenroute/testing';
import { PrismaClient } from './generated/prisma/client.js';
import { keyStatusAt } from './key-rules.js';
import { KeysRepository } from './keys.repository.js';
import { PeopleRepository } from './people/people.repository.js';

/*
 * docs/upgrades.md, "Running two versions side by side". What the previous release said to the database is written down here, with
 * the columns that it knew: when a release is made, prisma/previous-release.json and this file follow.
 */

const prismaFolder = fileURLToPath(new URL('../prisma/', import.meta.url));
const at = new Date('2026-11-28T12:00:00Z');
const later = new Date('2026-11-28T13:00:00Z');
const author = { name: 'current', address: '' };

/** The previous release's statements: keys behind the wall of their organisation, as its owner where a key is validated. */
class PreviousVersion {
  constructor(private readonly pool: PostgresPool) {}

  async signUp(personId: string, organisationId: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO people (id, name, email, email_verified) VALUES ($1::uuid, 'Ada', $1::text || '@example.com', TRUE)`,
      [personId],
    );
    await this.pool.query(
      `INSERT INTO organisations (id, name, slug, personal_of) VALUES ($1::uuid, 'Ada', $1::text, $2)`,
      [organisationId, personId],
    );
    await this.pool.query(
      `INSERT INTO memberships (id, organisation_id, person_id, role) VALUES (gen_random_uuid(), $1, $2, 'owner')`,
      [organisationId, personId],
    );
  }

  async signIn(personId: string, organisationId: string): Promise<string> {
    const token = randomUUID();
    await this.pool.query(
      `INSERT INTO sessions (id, token, person_id, active_organisation_id, expires_at)
       VALUES (gen_random_uuid(), $1, $2, $3, $4)`,
      [token, personId, organisationId, later],
    );
    return token;
  }

  async whoIs(token: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ person: string }>(
      'SELECT person_id AS person FROM sessions WHERE token = $1 AND expires_at > $2',
      [token, at],
    );
    return rows[0]?.person;
  }

  async createKey(accountId: string, { id, digest }: Key): Promise<void> {
    await this.within(accountId, [
      [
        `INSERT INTO api_keys (id, account_id, name, digest, display, requests_per_minute, tokens_per_minute, allowed_models,
           created_at, expires_at, monthly_budget_nano_usd, created_by)
         VALUES ($1, $2, 'old', $3, 'sk-tr-…', 60, NULL, '{gpt-4o}', $4, NULL, 5000, 'previous')`,
        [id, accountId, digest, at],
      ],
      this.event(id, 'created'),
    ]);
  }

  async disableKey(accountId: string, { id }: Key): Promise<void> {
    await this.within(accountId, [
      ['UPDATE api_keys SET disabled_at = $2 WHERE id = $1', [id, at]],
      this.event(id, 'updated'),
    ]);
  }

  async revokeKey(accountId: string, { id }: Key): Promise<void> {
    await this.within(accountId, [
      ['SELECT FROM api_keys WHERE id = $1 FOR UPDATE', [id]],
      this.event(id, 'revoked'),
      ['UPDATE api_keys SET revoked_at = $2 WHERE id = $1', [id, at]],
    ]);
  }

  async used({ id }: Key): Promise<void> {
    await this.pool.query('UPDATE api_keys SET last_used_at = $2 WHERE id = $1', [id, at]);
  }

  async validate({ digest }: Key): Promise<object | undefined> {
    const { rows } = await this.pool.query<object>(
      `SELECT id, account_id, name, requests_per_minute, tokens_per_minute, allowed_models, expires_at, revoked_at,
         monthly_budget_nano_usd, disabled_at, rotated_to
       FROM api_keys WHERE digest IN ($1)`,
      [digest],
    );
    return rows[0];
  }

  private event(keyId: string, kind: string): Statement {
    const text = `INSERT INTO key_events (key_id, kind, at, detail, author, address) VALUES ($1, $2, $3, '{}', 'previous', '')`;
    return [text, [keyId, kind, at]];
  }

  private async within(organisationId: string, statements: Statement[]): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        `SELECT set_config('tokenroute.organisation', $1, true), set_config('role', 'tokenroute_tenant', true)`,
        [organisationId],
      );
      for (const [text, values] of statements) await client.query(text, values);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }
}

type Statement = [text: string, values: unknown[]];
interface Key {
  id: string;
  digest: Buffer;
}
const newKey = (): Key => ({ id: randomUUID(), digest: randomBytes(32) });

describe('the previous version and this one on one database', () => {
  const logger = createLogger('test', 'fatal');
  const [personId, organisationId] = [randomUUID(), randomUUID()];
  const before = { valid: newKey(), disabled: newKey(), revoked: newKey() };
  let database: TestDatabase;
  let previousPool: PostgresPool;
  let pool: PostgresPool;
  let prisma: PrismaClient;
  let previous: PreviousVersion;
  let keys: KeysRepository;
  let session: string;

  beforeAll(async () => {
    let since: string[] = [];
    database = await createTestDatabase({
      schema: 'auth',
      migrate: async (url) => {
        since = await withPreviousMigrations(prismaFolder, (folder) => applyMigrations(url, folder));
      },
    });
    previousPool = openPool();
    previous = new PreviousVersion(previousPool);
    await previous.signUp(personId, organisationId);
    session = await previous.signIn(personId, organisationId);
    for (const key of Object.values(before)) await previous.createKey(organisationId, key);
    await previous.disableKey(organisationId, before.disabled);
    await previous.revokeKey(organisationId, before.revoked);

    // The previous version stays connected while its database is brought up to date.
    expect(await applyMigrations(database.url, join(prismaFolder, 'migrations'))).toEqual(since);
    pool = openPool();
    prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'auth' }) });
    keys = new KeysRepository(prisma, pool);
  }, 60_000);

  afterAll(async () => {
    await prisma?.$disconnect();
    await pool?.end();
    await previousPool?.end();
    await database?.drop();
  });

  function openPool(): PostgresPool {
    return createPostgresPool({
      databaseUrl: database.url,
      applicationName: 'test',
      maxConnections: 2,
      logger,
    });
  }

  const reference = ({ id }: Key) => ({ id, accountId: organisationId });
  const stored = async ({ digest }: Key) => (await keys.findByDigests([digest]))[0]!;
  const kinds = async (key: Key) =>
    (await keys.events(reference(key)))!.map(({ kind, author: by }) => `${kind} by ${by}`);

  test('what the previous one wrote of keys means the same to this one', async () => {
    for (const status of ['valid', 'disabled', 'revoked'] as const)
      expect(keyStatusAt(await stored(before[status]), later)).toBe(status);
    expect(await stored(before.valid)).toMatchObject({
      ...{ accountId: organisationId, name: 'old', createdBy: 'previous', monthlyBudgetNanoUsd: 5_000n },
      ...{ requestsPerMinute: 60, tokensPerMinute: null, allowedModels: ['gpt-4o'], expiresAt: null },
    });
    expect(await keys.listByAccount(organisationId)).toHaveLength(3);
    expect(await kinds(before.revoked)).toEqual(['revoked by previous', 'created by previous']);
  });

  test('people and their sessions go on in both', async () => {
    expect(await previous.whoIs(session)).toBe(personId);
    expect(await previous.whoIs(await previous.signIn(personId, organisationId))).toBe(personId);
    const people = new PeopleRepository(prisma);
    expect(await people.membershipsOf(personId)).toMatchObject([{ organisationId, role: 'owner' }]);
    expect(await people.membersOf(organisationId)).toMatchObject([{ personId, role: 'owner' }]);
  });

  test('both work on: what one makes, changes and revokes the other sees at once', async () => {
    const [ofPrevious, ofCurrent] = [newKey(), newKey()];
    await previous.createKey(organisationId, ofPrevious);
    const limits = { requestsPerMinute: null, tokensPerMinute: 7, monthlyBudgetNanoUsd: null };
    const settings = { ...limits, accountId: organisationId, allowedModels: [], expiresAt: null };
    await keys.create({ ...ofCurrent, ...settings, name: 'new', display: 'sk-tr-…', createdAt: at }, author);
    expect(await previous.validate(ofCurrent)).toMatchObject({
      ...{ account_id: organisationId, name: 'new', tokens_per_minute: 7, revoked_at: null },
    });
    await keys.update(reference(ofPrevious), { name: 'renamed', disabled: true }, at, author);
    expect(await previous.validate(ofPrevious)).toMatchObject({ name: 'renamed', disabled_at: at });
    await previous.used(ofCurrent);
    await previous.revokeKey(organisationId, ofCurrent);
    expect(await stored(ofCurrent)).toMatchObject({ lastUsedAt: at, revokedAt: at });
    await keys.revoke(reference(ofPrevious), at, author);
    expect(await previous.validate(ofPrevious)).toMatchObject({ revoked_at: at });
    expect(await kinds(ofPrevious)).toEqual([
      'revoked by current',
      'updated by current',
      'created by previous',
    ]);
    expect(await kinds(ofCurrent)).toEqual(['revoked by previous', 'created by current']);
  });
});
