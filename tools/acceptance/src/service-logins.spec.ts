import {
  createServiceLogins,
  type ServiceLogins,
  type SharedSystem,
  sharedSystem,
  TestCustomer,
} from '@tokenroute/testing';
import pg from 'pg';

const refused = '42501';

/** What whoever took a service over would try. */
const attempts: Record<'auth' | 'billing', string[]> = {
  billing: [
    'UPDATE entries SET amount_nano_usd = 0',
    'DELETE FROM entries',
    'DELETE FROM transactions',
    'TRUNCATE entries, transactions CASCADE',
    'UPDATE prices SET input_pico_usd = 0',
    'UPDATE price_plans SET basis_points = 0',
    'DELETE FROM catalogue_events',
    'DELETE FROM accounts',
    'DELETE FROM payments',
    'DELETE FROM dead_letters',
    'INSERT INTO usage_rollup (rolled_up_until) VALUES (now())',
    'ALTER TABLE entries DISABLE TRIGGER append_only',
    'ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check',
    'ALTER TABLE accounts DISABLE ROW LEVEL SECURITY',
    'DROP TABLE holds CASCADE',
    'CREATE TABLE mine (id integer)',
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    'SET session_replication_role = replica',
    'SELECT FROM _prisma_migrations',
    'SELECT FROM auth.api_keys',
    'SET ROLE tokenroute_auth_service',
  ],
  auth: [
    "UPDATE audit_events SET kind = 'session.started'",
    'DELETE FROM audit_events',
    'UPDATE key_events SET detail = NULL',
    'DELETE FROM key_events',
    'DELETE FROM api_keys',
    'DELETE FROM people',
    'DELETE FROM organisations',
    'TRUNCATE sessions',
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'DROP TABLE sessions',
    'CREATE TABLE mine (id integer)',
    'SELECT FROM _prisma_migrations',
    'SELECT FROM billing.accounts',
    'UPDATE billing.accounts SET balance_nano_usd = 1',
    'SET ROLE tokenroute_billing_service',
  ],
};

describe("the services' logins to PostgreSQL", () => {
  let system: SharedSystem;
  let logins: ServiceLogins;
  let owner: pg.Client;

  beforeAll(async () => {
    system = await sharedSystem();
    owner = new pg.Client({ connectionString: system.databaseUrl });
    await owner.connect();
    logins = await createServiceLogins(system.databaseUrl);
  }, 60_000);

  afterAll(async () => {
    await owner?.end();
    await logins?.drop();
    system?.close();
  });

  test('are what the product of these tests does all of its work with', async () => {
    // A service that nobody has asked anything for ten seconds is not connected.
    await TestCustomer.create(system, '1');
    const { rows } = await owner.query<{ login: string }>(
      `SELECT DISTINCT regexp_replace(usename, '_[0-9a-f]+$', '') AS login FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name ~ 'auth|billing'
       ORDER BY 1`,
    );
    expect(rows.map(({ login }) => login)).toEqual(['test_auth', 'test_billing']);
  });

  test.each(['auth', 'billing'] as const)('%s reaches every table of its own but one', async (service) => {
    const { rows } = await owner.query<{ closed: string }>(
      `SELECT relname AS closed FROM pg_class
       WHERE relkind IN ('r', 'p') AND relnamespace = $1::regnamespace AND NOT has_table_privilege($2, oid, 'SELECT')`,
      [service, `tokenroute_${service}_service`],
    );
    expect(rows.map(({ closed }) => closed)).toEqual(['_prisma_migrations']);
  });

  describe.each(['auth', 'billing'] as const)('as %s', (service) => {
    let client: pg.Client;

    beforeAll(async () => {
      const url = new URL(logins.environment[service]!.DATABASE_URL!);
      url.searchParams.delete('schema');
      client = new pg.Client({ connectionString: url.href, options: `-c search_path=${service}` });
      await client.connect();
    });

    afterAll(() => client.end());

    test.each(attempts[service])('%s is refused', async (statement) => {
      await client.query('BEGIN');
      try {
        await expect(client.query(statement)).rejects.toMatchObject({ code: refused });
      } finally {
        await client.query('ROLLBACK');
      }
    });
  });
});
