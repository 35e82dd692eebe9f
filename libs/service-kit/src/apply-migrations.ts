import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { driverUrl, schemaOf } from './postgres.js';

/** Prisma's own advisory lock for migrations, so that `prisma migrate` and this never run at once. */
export const migrationLockId = 72_707_369;

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Applies `folder/<name>/migration.sql` in order of name to the schema of `databaseUrl`, each in its own transaction, and
 * records them in `_prisma_migrations` exactly as `prisma migrate deploy` does, so that either may continue the other's work.
 * (Prisma's command needs a native engine that is fetched at install time, which not every place allows.)
 * @returns names of the migrations applied now
 * @throws Error when an applied migration was edited, or one failed before and was not resolved
 */
export async function applyMigrations(databaseUrl: string, folder: string): Promise<string[]> {
  const schema = schemaOf(databaseUrl);
  const client = new pg.Client({ connectionString: driverUrl(databaseUrl) });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLockId]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`SET search_path TO ${schema}`);
    await createMigrationsTable(client);
    const applied: string[] = [];
    for (const migration of await pendingMigrations(client, await readMigrations(folder))) {
      await applyMigration(client, migration);
      applied.push(migration.name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function createMigrationsTable(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
}

async function pendingMigrations(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const recorded = new Map(rows.map((row) => [row.migration_name, row]));
  return migrations.filter((migration) => {
    const record = recorded.get(migration.name);
    if (!record) return true;
    if (!record.finished_at) throw new Error(`migration ${migration.name} failed before; resolve it first`);
    if (record.checksum !== migration.checksum) {
      throw new Error(`migration ${migration.name} was edited after it had been applied`);
    }
    return false;
  });
}

async function applyMigration(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    // Sent whole: function bodies contain semicolons.
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`migration ${migration.name} failed: ${(error as Error).message}`, { cause: error });
  }
}
