import { randomBytes, randomUUID } from 'node:crypto';
import { schemaUrl } from '@tokenroute/local-system';
import pg from 'pg';

/** The services that have a database, each with its schema's name. */
const services = ['auth', 'billing'] as const;

const insufficientPrivilege = '42501';

export interface ServiceLogins {
  /** DATABASE_URL for each service. Empty where this PostgreSQL lets nobody make logins: the services own their tables then. */
  environment: Record<string, { DATABASE_URL?: string }>;
  drop(): Promise<void>;
}

/**
 * Logins as production has them: each may do its service's work and no more. So whatever a test has the product do is done
 * with those rights.
 */
export async function createServiceLogins(databaseUrl: string): Promise<ServiceLogins> {
  const suffix = randomUUID().slice(0, 8);
  const made: string[] = [];
  const drop = () =>
    runAll(
      databaseUrl,
      made.map((login) => `DROP ROLE IF EXISTS ${login}`),
    );
  const environment: ServiceLogins['environment'] = {};
  try {
    for (const service of services) {
      const login = `test_${service}_${suffix}`;
      const password = randomBytes(24).toString('hex');
      const role = `tokenroute_${service}_service`;
      await runAll(databaseUrl, [
        `CREATE ROLE ${login} LOGIN PASSWORD '${password}'`,
        `GRANT ${role} TO ${login}`,
      ]);
      made.push(login);
      const url = new URL(schemaUrl(databaseUrl, service));
      url.username = login;
      url.password = password;
      environment[service] = { DATABASE_URL: url.href };
    }
  } catch (error) {
    await drop();
    if ((error as pg.DatabaseError).code !== insufficientPrivilege) throw error;
    return { environment: {}, drop: async () => undefined };
  }
  return { environment, drop };
}

async function runAll(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
