import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configVariables } from '../config-variables.js';
import { type DeployedService, listeningPorts, wiringProblems } from '../wiring.js';
import { repositoryRoot, serviceFolders } from '../workspace.js';
import { mountedSecrets } from './mounted-secrets.js';
import { environmentOf, named, ofKind, overlays, renderOverlay, selects, workloads } from './manifests.js';

const readme = await readFile(join(repositoryRoot, 'k8s/README.md'), 'utf8');
const apps = (await serviceFolders()).map((path) => path.slice('apps/'.length));
const rendered = await Promise.all(
  overlays.map(async (overlay) => [overlay, await renderOverlay(overlay)] as const),
);

describe.each(rendered)('%s', (_overlay, objects) => {
  const deployments = workloads(objects).filter(
    ({ kind, name }) => kind === 'Deployment' && apps.includes(name),
  );

  test('every service of the repository runs', () => {
    expect(deployments.map(({ name }) => name).sort()).toEqual(apps);
  });

  test('every service gets what it reads, and finds the others', async () => {
    const services: DeployedService[] = [];
    for (const deployment of deployments) {
      const { name } = deployment;
      services.push({
        name,
        variables: await configVariables(`apps/${name}`),
        environment: environmentOf(deployment, objects),
        reachablePorts: named(objects, 'Service', name).spec.ports?.map(({ port }) => port) ?? [],
      });
    }
    expect(wiringProblems(services)).toEqual([]);
    const told = services.flatMap(({ environment }) => Object.values(environment));
    expect(told.filter((value) => value.startsWith('missing'))).toEqual([]);
  });

  test.each(deployments.map((deployment) => [deployment.name, deployment] as const))(
    '%s opens the ports it listens on, is found at them, and shows every replica to gRPC callers',
    (name, deployment) => {
      const ports = deployment.container.ports ?? [];
      const service = named(objects, 'Service', name);
      const targets = service.spec.ports!.map(({ targetPort }) => targetPort);
      expect(ports.map(({ containerPort }) => containerPort).sort()).toEqual(
        listeningPorts(environmentOf(deployment, objects)).sort(),
      );
      expect(ports.map((port) => port.name)).toEqual(expect.arrayContaining(targets));
      expect(Object.keys(service.spec.selector!).length).toBeGreaterThan(0);
      const found = workloads(objects).filter(({ labels }) =>
        selects({ matchLabels: service.spec.selector }, labels),
      );
      expect(found.map((each) => each.name)).toEqual([name]);
      expect(service.spec.clusterIP).toBe(targets.includes('grpc') ? 'None' : undefined);
      expect(targets).not.toContain('metrics');
    },
  );

  test('the README tells how to make every secret that is needed', () => {
    for (const { name, container, pod } of workloads(objects)) {
      for (const key of mountedSecrets(pod, `${name}-tls`).secrets.flatMap(({ keys }) => keys)) {
        expect({ name, readme }).toEqual({ name, readme: expect.stringContaining(`--from-literal=${key}=`) });
      }
      for (const { valueFrom } of container.env ?? []) {
        const reference = valueFrom?.secretKeyRef;
        if (!reference) continue;
        const told = reference.optional ? `\`${reference.key}\`` : `--from-literal=${reference.key}=`;
        expect({ name, readme }).toEqual({ name, readme: expect.stringContaining(told) });
      }
    }
  });
});

test('Prometheus is told to ask every service where it has its numbers', () => {
  const objects = rendered.find(([overlay]) => overlay === 'production')![1];
  const monitors = ofKind(objects, 'PodMonitor').map(({ spec }) => ({
    selector: spec.selector!,
    port: (spec as unknown as { podMetricsEndpoints: { port: string }[] }).podMetricsEndpoints[0]!.port,
  }));
  for (const { name, kind, labels, container } of workloads(objects)) {
    const asked = monitors.filter(({ selector }) => selects(selector, labels)).map(({ port }) => port);
    const own = container.ports?.some((port) => port.name === 'metrics') ? 'metrics' : 'http';
    expect({ name, asked }).toEqual({ name, asked: kind === 'Deployment' ? [own] : [] });
  }
});
