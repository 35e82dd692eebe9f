import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yaml from 'yaml';
import { configVariables } from './config-variables.js';
import { type DeployedService, listeningPorts, wiringProblems } from './wiring.js';
import { projectFolders, repositoryRoot } from './workspace.js';

interface Variable {
  name: string;
  value?: string;
  valueFrom?: Record<
    'configMapKeyRef' | 'secretKeyRef',
    { name: string; key: string; optional?: boolean } | undefined
  >;
}
interface Container {
  image: string;
  ports?: { name: string; containerPort: number }[];
  env: Variable[];
  livenessProbe?: { httpGet: { path: string; port: string } };
  readinessProbe?: { httpGet: { path: string; port: string } };
}
interface KubernetesObject {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: {
    selector?: Record<string, unknown>;
    ports?: { name: string; port: number; targetPort: string }[];
    clusterIP?: string;
    template?: { metadata: { labels: Record<string, string> }; spec: { containers: [Container] } };
  };
}

const folder = join(repositoryRoot, 'k8s/base');
const readYaml = async <T>(file: string) =>
  yaml
    .parseAllDocuments(await readFile(join(folder, file), 'utf8'))
    .map((document) => document.toJSON() as T);

const [kustomization] = await readYaml<{ resources: string[]; images: { name: string }[] }>(
  'kustomization.yaml',
);
const objects = (
  await Promise.all(kustomization!.resources.map((file) => readYaml<KubernetesObject>(file)))
).flat();
const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
const named = (kind: string, name: string) => ofKind(kind).find(({ metadata }) => metadata.name === name);
const containerOf = ({ spec }: KubernetesObject) => spec.template!.spec.containers[0];
const configuration = named('ConfigMap', 'tokenroute')?.data ?? {};
const readme = await readFile(join(folder, 'README.md'), 'utf8');

/** A variable's value as the container sees it; secrets stay unknown. */
function valueOf({ value, valueFrom }: Variable): string {
  if (value !== undefined) return value;
  const key = valueFrom?.configMapKeyRef?.key;
  return key === undefined ? 'secret' : (configuration[key] ?? `missing from the ConfigMap: ${key}`);
}

function deployed(deployment: KubernetesObject): Record<string, string> {
  return Object.fromEntries(
    containerOf(deployment).env.map((variable) => [variable.name, valueOf(variable)]),
  );
}

test('every file of the folder is part of it', async () => {
  const files = (await readdir(folder)).filter(
    (file) => file.endsWith('.yaml') && file !== 'kustomization.yaml',
  );
  expect([...kustomization!.resources].sort()).toEqual(files.sort());
});

test('every app has a Deployment, a Service and an image', async () => {
  const apps = (await projectFolders())
    .filter((path) => path.startsWith('apps/'))
    .map((path) => path.slice(5));
  expect(
    ofKind('Deployment')
      .map(({ metadata }) => metadata.name)
      .sort(),
  ).toEqual(apps);
  expect(
    ofKind('Service')
      .map(({ metadata }) => metadata.name)
      .sort(),
  ).toEqual(apps);
  expect(kustomization!.images.map(({ name }) => name).sort()).toEqual(
    apps.map((app) => `tokenroute/${app}`),
  );
});

test('every service gets what it reads, and finds the others', async () => {
  const services: DeployedService[] = [];
  for (const deployment of ofKind('Deployment')) {
    const { name } = deployment.metadata;
    services.push({
      name,
      variables: await configVariables(`apps/${name}`),
      environment: deployed(deployment),
      reachablePorts: named('Service', name)?.spec.ports?.map(({ port }) => port) ?? [],
    });
  }
  expect(wiringProblems(services)).toEqual([]);
});

describe.each(ofKind('Deployment').map((deployment) => [deployment.metadata.name, deployment] as const))(
  '%s',
  (name, deployment) => {
    const container = containerOf(deployment);
    const ports = container.ports ?? [];

    test('opens the ports it listens on', () => {
      expect(ports.map(({ containerPort }) => containerPort).sort()).toEqual(
        listeningPorts(deployed(deployment)).sort(),
      );
    });

    test('is found by its Service at ports it opens', () => {
      const service = named('Service', name)!;
      expect(deployment.spec.template!.metadata.labels).toMatchObject(service.spec.selector!);
      expect(ports.map((port) => port.name)).toEqual(
        expect.arrayContaining(service.spec.ports!.map(({ targetPort }) => targetPort)),
      );
    });

    test('shows every replica to its gRPC callers', () => {
      const service = named('Service', name)!;
      const isGrpc = service.spec.ports!.some((port) => port.name === 'grpc');
      expect(service.spec.clusterIP).toBe(isGrpc ? 'None' : undefined);
    });

    test('is asked whether it lives and whether it is ready at its HTTP port', () => {
      expect(container.livenessProbe?.httpGet).toEqual({ path: '/healthz', port: 'http' });
      expect(container.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'http' });
    });
  },
);

test('each schema is migrated by a Job with the image and the database of its service', () => {
  expect(
    ofKind('Job')
      .map(({ metadata }) => metadata.name)
      .sort(),
  ).toEqual(['auth-migrate', 'billing-migrate']);
  for (const job of ofKind('Job')) {
    const service = containerOf(named('Deployment', job.metadata.name.replace('-migrate', ''))!);
    expect(containerOf(job).image).toBe(service.image);
    expect(containerOf(job).env).toEqual(service.env.filter(({ name }) => name === 'DATABASE_URL'));
  }
});

test('the README tells how to make every secret that is needed', () => {
  const keys = [...ofKind('Deployment'), ...ofKind('Job')].flatMap((object) =>
    containerOf(object).env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
  );
  expect(keys.length).toBeGreaterThan(5);
  for (const { key, optional } of keys)
    expect(readme).toContain(optional ? `\`${key}\`` : `--from-literal=${key}=`);
});
