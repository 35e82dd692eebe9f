import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yaml from 'yaml';
import { configVariables } from './config-variables.js';
import { type DeployedService, wiringProblems } from './wiring.js';
import { projectFolders, repositoryRoot } from './workspace.js';

interface ComposeService {
  image: string;
  build?: { dockerfile: string; args: { APP: string } };
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
}

interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes?: Record<string, unknown>;
}

const readCompose = async (file: string) =>
  yaml.parse(await readFile(join(repositoryRoot, file), 'utf8'), { merge: true }) as ComposeFile;

const compose = await readCompose('docker-compose.yml');
const services = Object.entries(compose.services);
const isMigration = (service: ComposeService) => service.command?.includes('dist/migrate.js') === true;

test('every app runs in it', async () => {
  const apps = (await projectFolders()).filter((folder) => folder.startsWith('apps/'));
  const built = services
    .filter(([, service]) => !isMigration(service))
    .map(([, service]) => service.build?.args.APP);
  expect(built).toEqual(expect.arrayContaining(apps));
});

test('what is built is in the repository, with the one Dockerfile', async () => {
  for (const [, { build }] of services) {
    if (build) await access(join(repositoryRoot, build.args.APP, 'package.json'));
    expect([undefined, 'deploy/Dockerfile']).toContain(build?.dockerfile);
  }
});

test('every service gets what it reads, and finds the others', async () => {
  const deployed: DeployedService[] = [];
  for (const [name, service] of services) {
    if (!service.build || isMigration(service) || service.profiles) continue;
    const variables = await configVariables(service.build.args.APP);
    deployed.push({ name, variables, environment: service.environment ?? {} });
  }
  expect(deployed.length).toBeGreaterThanOrEqual(5);
  expect(wiringProblems(deployed)).toEqual([]);
});

test('a schema is migrated before its service starts', () => {
  const migrations = services.filter(([, service]) => isMigration(service));
  expect(migrations.map(([name]) => name).sort()).toEqual(['auth-migrate', 'billing-migrate']);
  for (const [name, migration] of migrations) {
    const service = compose.services[name.replace('-migrate', '')];
    expect(service?.environment?.['DATABASE_URL']).toBe(migration.environment?.['DATABASE_URL']);
    expect(service?.depends_on?.[name]?.condition).toBe('service_completed_successfully');
  }
});

test.each(services)('%s waits for the health of what it needs', (_name, service) => {
  for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
    const target = compose.services[needed];
    expect(target).toBeDefined();
    if (!isMigration(target!)) {
      expect({ needed, condition }).toEqual({ needed, condition: 'service_healthy' });
      expect(target?.healthcheck).toBeDefined();
    }
  }
});

test.each(services)('%s waits for every service that its environment names', (name, service) => {
  const text = Object.values(service.environment ?? {}).join('\n');
  const named = services
    .map(([other]) => other)
    .filter((other) => new RegExp(`[/@=\\n]${other}:\\d`).test(`\n${text}`));
  expect({ name, waitsFor: Object.keys(service.depends_on ?? {}) }).toEqual({
    name,
    waitsFor: expect.arrayContaining(named),
  });
});

test('nothing but the gateway is reachable from outside, and it from this machine alone', () => {
  const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
  expect(published).toEqual([expect.stringMatching(/^gateway 127\.0\.0\.1:/)]);
});

test('every volume is named, and every named volume is used', () => {
  const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
  expect(used.sort()).toEqual(Object.keys(compose.volumes ?? {}).sort());
});

test('the servers are those that a developer is given', async () => {
  const local = await readCompose('libs/local-servers/compose.yaml');
  for (const [name, { image }] of Object.entries(local.services))
    expect(compose.services[name]?.image).toBe(image);
});
