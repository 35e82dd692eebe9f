import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { applyMigrations, createPostgresPool, type PostgresPool } from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, testServers } from '@tokenroute/testing';
import pg from 'pg';
import { pino } from 'pino';
import { PrismaClient } from '../generated/prisma/client.js';
import { withinOrganisation } from '../within-organisation.js';
import { AuditRepository, type NewAuditEvent } from './audit.repository.js';

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const ordinaryRole = `ordinary_${randomUUID().replaceAll('-', '')}`;

async function asServerUser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testServers().databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** What an administrator does for an owner who may not create roles. The role may be there, or be made at this moment. */
const permitOrdinaryRole = `
  DO $$ BEGIN CREATE ROLE tokenroute_tenant NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
  CREATE ROLE ${ordinaryRole} LOGIN PASSWORD 'ordinary';
  GRANT tokenroute_tenant TO ${ordinaryRole}`;

beforeAll(() => asServerUser(permitOrdinaryRole));
afterAll(() => asServerUser(`DROP ROLE ${ordinaryRole}`));

// Neither a superuser nor an owner is held by row-level security: both put on the role that is.
describe.each(['the superuser', 'an ordinary owner of the database'])('connected as %s', (who) => {
  let database: TestDatabase;
  let pool: PostgresPool;
  let prisma: PrismaClient;
  let audit: AuditRepository;
  const [ours, theirs] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    if (who !== 'the superuser') {
      await asServerUser(`ALTER DATABASE ${url.pathname.slice(1)} OWNER TO ${ordinaryRole}`);
      [url.username, url.password] = [ordinaryRole, 'ordinary'];
    }
    url.searchParams.set('schema', 'auth');
    await applyMigrations(url.href, migrations);
    const logger = pino({ level: 'silent' });
    pool = createPostgresPool({
      databaseUrl: url.href,
      applicationName: 'audit.repository.spec',
      maxConnections: 1,
      logger,
    });
    prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'auth' }) });
    audit = new AuditRepository(prisma);
  }, 60_000);

  afterAll(async () => {
    await prisma?.$disconnect();
    await pool?.end();
    await database?.drop();
  });

  const event = (organisationId: string, change: Partial<NewAuditEvent> = {}): NewAuditEvent => ({
    kind: 'key.created',
    organisationId,
    subjectKind: 'key',
    subjectId: 'k1',
    ...change,
  });

  test('an organisation sees its own events, newest first, page by page', async () => {
    const personId = randomUUID();
    await audit.append(event(ours, { personId, address: '192.0.2.7', detail: { name: 'prod' } }));
    await audit.append(event(theirs));
    await audit.append(event(ours, { kind: 'key.revoked' }));
    const [newest, oldest, ...others] = await audit.list(ours, { limit: 10 });
    expect(newest).toMatchObject({ kind: 'key.revoked', personId: null, address: null, detail: {} });
    expect(oldest).toMatchObject({
      kind: 'key.created',
      personId,
      address: '192.0.2.7',
      detail: { name: 'prod' },
    });
    expect(others).toEqual([]);
    expect(await audit.list(ours, { limit: 10, beforeId: newest!.id })).toEqual([oldest]);
  });

  test('a query that forgets the organisation sees one alone, and nothing is left of it for the next', async () => {
    const seen = await withinOrganisation(
      prisma,
      theirs,
      (transaction) =>
        transaction.$queryRaw<object[]>`SELECT DISTINCT organisation_id::text AS id FROM audit_events`,
    );
    expect(seen).toEqual([{ id: theirs }]);
    // The pool has one connection: this is the same one.
    await audit.append(event(ours));
    expect(await audit.list(ours, { limit: 10 })).toHaveLength(3);
  });

  test('an event is there with the change that it records, or not at all', async () => {
    const subjectId = randomUUID();
    const failing = prisma.$transaction(async (transaction) => {
      await audit.append(event(ours, { subjectId }), transaction);
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    expect((await audit.list(ours, { limit: 10 })).map((each) => each.subjectId)).not.toContain(subjectId);
  });

  test('a change of a person is recorded by the database itself', async () => {
    const id = randomUUID();
    await pool.query(
      `INSERT INTO people (id, name, email) VALUES ($1::uuid, 'Ada', $1::text || '@example.com')`,
      [id],
    );
    await pool.query(
      `INSERT INTO organisations (id, name, slug, personal_of) VALUES ($1::uuid, 'Ada', $1::text, $1::uuid)`,
      [id],
    );
    expect(await audit.list(id, { limit: 10 })).toMatchObject([
      { kind: 'organisation.created', personId: id },
    ]);
  });
});
