/** Generates the database clients that are not in the repository. What proto/ gives is committed: see `npm run check`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FailedStep, repository, runStep } from './setup/steps.mjs';

const prisma = join(repository, 'node_modules', 'prisma', 'build', 'index.js');

/** `prisma generate` for every service that has a schema, unless its client is newer than the schema. */
export async function generateClients() {
  const services = readdirSync(join(repository, 'apps'))
    .map((name) => ({ name, folder: join(repository, 'apps', name) }))
    .filter(({ folder }) => existsSync(join(folder, 'prisma', 'schema.prisma')))
    .filter(({ folder }) => isOutdated(folder));
  await Promise.all(services.map(generate));
}

async function generate({ name, folder }) {
  await runStep(`database client of ${name}`, {
    command: process.execPath,
    args: [prisma, 'generate'],
    cwd: folder,
    // Generating needs no schema engine, but the command line would download one.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
    log: `generate-${name}`,
  });
}

function isOutdated(folder) {
  const schema = join(folder, 'prisma', 'schema.prisma');
  const output = /^\s*output\s*=\s*"(.+)"/m.exec(readFileSync(schema, 'utf8'))?.[1];
  if (output === undefined) throw new FailedStep(`${schema} does not say where its client goes`);
  const client = join(folder, 'prisma', output, 'client.ts');
  const sources = [schema, join(repository, 'package-lock.json')];
  return !existsSync(client) || sources.some((source) => statSync(source).mtimeMs > statSync(client).mtimeMs);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await generateClients();
  } catch (error) {
    console.error(error instanceof FailedStep ? `✘ ${error.message}` : error);
    process.exitCode = 1;
  }
}
