import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { migrationLockId } from './apply-migrations.js';
import { driverUrl, schemaOf } from './postgres.js';

export interface ServiceRole {
  /** A login that is a member of it can do a service's work, and nothing else: `tokenroute_billing_service`. */
  role: string;
  /** The role that the service puts on for what it asks for one tenant. */
  tenantRole: string;
  /** SQL with its grants on the tables of the schema. */
  grantsFile: string;
}

const insufficientPrivilege = '42501';

/**
 * Gives a service's role exactly what its file of grants says, as the owner of the tables; after the migrations, each time.
 * What one version takes away from it, the version before must not need any more, as with columns.
 * @returns false: this user may not make the role, and nobody has; services go on as the owner
 */
export async function applyServiceRole(databaseUrl: string, service: ServiceRole): Promise<boolean> {
  const schema = schemaOf(databaseUrl);
  const client = new pg.Client({ connectionString: driverUrl(databaseUrl) });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLockId]);
    if (!(await ensureRole(client, service))) return false;
    await client.query('BEGIN');
    await client.query(`SET LOCAL search_path TO ${schema}`);
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${service.role}`);
    await client.query(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${service.role}`);
    await client.query(await readFile(service.grantsFile, 'utf8'));
    await letThroughTheWalls(client, schema, service.role);
    await client.query('COMMIT');
    return true;
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole server: another database, or another migration at this moment, may make the same one. */
async function ensureRole(client: pg.Client, { role, tenantRole }: ServiceRole): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  try {
    if (rowCount === 0) await client.query(`CREATE ROLE ${role} NOLOGIN`);
    const { rows } = await client.query<{ member: boolean }>(
      `SELECT pg_has_role($1, $2, 'MEMBER') AS member`,
      [role, tenantRole],
    );
    if (!rows[0]!.member) await client.query(`GRANT ${tenantRole} TO ${role}`);
    return true;
  } catch (error) {
    const { code } = error as pg.DatabaseError;
    if (code === insufficientPrivilege) return false;
    // duplicate_object, unique_violation: another one made it just now.
    if (code === '42710' || code === '23505') return ensureRole(client, { role, tenantRole } as ServiceRole);
    throw error;
  }
}

/** The owner of a table is not held by its row-level security, but everybody else is, and nobody is let in by a grant alone. */
async function letThroughTheWalls(client: pg.Client, schema: string, role: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = $1::regnamespace AND relrowsecurity AND NOT relforcerowsecurity
       AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'of_the_service')
     ORDER BY relname`,
    [schema],
  );
  for (const { name } of rows) {
    await client.query(`CREATE POLICY of_the_service ON "${name}" TO ${role} USING (true) WITH CHECK (true)`);
  }
}
