import { join } from 'node:path';
import { StartFailure, startProcess } from '@tokenroute/local-servers';
import { systemMark } from './running-service.js';
import { schemaUrl, type ServiceDefinition } from './service-table.js';

export interface MigrationOptions {
  repository: string;
  /** Its logs/ takes the migrations' output. */
  folder: string;
  databaseUrl: string;
  environment: Record<string, string>;
}

/** Brings the schema of every service that owns one up to date, side by side. Gives back their names. */
export async function applyMigrations(
  services: readonly ServiceDefinition[],
  options: MigrationOptions,
): Promise<string[]> {
  const owners = services.filter(({ schema }) => schema !== undefined);
  const outcomes = await Promise.allSettled(owners.map((service) => migrate(service, options)));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return owners.map(({ name }) => name);
}

async function migrate(service: ServiceDefinition, options: MigrationOptions): Promise<void> {
  const name = `${service.name}-migrate`;
  const entry = join(options.repository, service.folder, 'dist', 'migrate.js');
  const logFile = join(options.folder, 'logs', `${name}.log`);
  const migration = await startProcess({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', entry, systemMark(options.folder)],
    mark: `${entry} ${systemMark(options.folder)}`,
    cwd: options.repository,
    env: { ...options.environment, DATABASE_URL: schemaUrl(options.databaseUrl, service.schema!) },
    logFile,
    pidFile: join(options.folder, 'run', `${name}.pid`),
    stopSignal: 'SIGTERM',
  });
  const how = await migration.ended;
  if (how !== 'exit code 0') throw new StartFailure(name, `ended with ${how}`, logFile);
}
