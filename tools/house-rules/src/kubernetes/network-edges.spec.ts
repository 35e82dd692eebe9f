import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../workspace.js';
import { readCallMap } from './call-map.js';
import { type KubernetesObject, named, type Overlay, renderOverlay, workloads } from './manifests.js';
import { networkEdges, toldEdges } from './network-edges.js';

const architecture = await readFile(join(repositoryRoot, 'docs/ARCHITECTURE.md'), 'utf8');
const rendered: Record<Overlay, KubernetesObject[]> = {
  dev: await renderOverlay('dev'),
  production: await renderOverlay('production'),
};

function drawn(objects: readonly KubernetesObject[]): string[] {
  const pods = workloads(objects);
  const names = (wanted: (pod: (typeof pods)[number]) => boolean) =>
    pods.filter(wanted).map(({ name }) => name);
  return readCallMap(architecture, {
    adapters: names(({ name }) => name.startsWith('adapter-')),
    migrations: names(({ kind }) => kind === 'Job'),
    services: names(({ kind, name }) => kind === 'Deployment' && name !== 'provider-simulator'),
    everything: names(() => true),
  });
}

const isFrom = (edge: string, callers: string[]) =>
  callers.some((caller) => edge.startsWith(`${caller} -> `));
const isOutside = (edge: string) => !/ -> [a-z-]+:[a-z]+$/.test(edge);
/** What no variable of a service tells: who comes in, and what is public or the cluster's own. */
const isUntold = (edge: string) =>
  isFrom(edge, ['ingress', 'prometheus']) || /-> (dns|internet:\d+)$/.test(edge);

test('in production the ways that policies open are those of the map, and those that services are told', () => {
  const { egress, ingress, open } = networkEdges(rendered.production);
  const map = drawn(rendered.production);
  expect(map.length).toBeGreaterThan(50);
  expect(open).toEqual([]);
  expect(egress).toEqual(map.filter((edge) => !isFrom(edge, ['ingress', 'prometheus'])));
  expect(ingress).toEqual(map.filter((edge) => !isOutside(edge)));
  expect(toldEdges(rendered.production)).toEqual(map.filter((edge) => !isUntold(edge)));
});

test('in dev adapters reach the simulator instead of the internet', () => {
  const { egress, ingress, open } = networkEdges(rendered.dev);
  const map = drawn(rendered.dev)
    .map((edge) => edge.replace(/^(adapter-[a-z]+ -> )internet:443$/, '$1provider-simulator:http'))
    .sort();
  expect(open).toEqual([]);
  expect(egress).toEqual(map.filter((edge) => !isFrom(edge, ['ingress', 'prometheus'])));
  expect(ingress).toEqual(map.filter((edge) => !isOutside(edge)));
});

describe('a policy that differs from the map is found:', () => {
  const changed = (policy: string, change: (spec: any) => void) => {
    const objects = structuredClone(rendered.production);
    change(named(objects, 'NetworkPolicy', policy).spec);
    return networkEdges(objects);
  };
  const before = networkEdges(rendered.production);

  test('a way more', () => {
    const { egress } = changed('gateway', ({ egress }) => egress[1].ports.push({ port: 5432 }));
    expect(egress.filter((edge) => !before.egress.includes(edge))).toEqual(['gateway -> postgres']);
  });

  test('a way to everywhere', () => {
    const { egress } = changed('gateway', ({ egress }) => delete egress[0].to);
    expect(egress).toContain('gateway -> anywhere');
  });

  test('every port of a peer', () => {
    const { egress } = changed('gateway', ({ egress }) => delete egress[0].ports);
    expect(egress).toContain('gateway -> auth:any');
  });

  test('a way less', () => {
    const { ingress } = changed('auth', (spec) => spec.ingress.pop());
    expect(before.ingress.filter((edge) => !ingress.includes(edge))).toEqual(['dashboard-api -> auth:http']);
  });

  test('a private network that an adapter may reach', () => {
    const { egress } = changed('adapters', ({ egress }) => egress[0].to[0].ipBlock.except.shift());
    expect(egress).toContain('adapter-openai -> addresses of 0.0.0.0/0:443');
  });

  test('another namespace', () => {
    const { ingress } = changed('billing', (spec) => spec.ingress[0].from.push({ namespaceSelector: {} }));
    expect(ingress).toContain('namespace any -> billing:grpc');
  });

  test('a pod that is not closed by default', () => {
    const { open } = changed('nothing-by-default', (spec) => (spec.policyTypes = ['Egress']));
    expect(open).toContain('auth-migration: Ingress is not closed by default');
  });
});

test('an address that no Service answers at is found', () => {
  const objects = structuredClone(rendered.production);
  const configuration = objects.find(({ kind }) => kind === 'ConfigMap')!;
  configuration.data!['BILLING_ADDRESS'] = 'billing:7102';
  expect(toldEdges(objects)).toContain('gateway -> billing:no such port (7102)');
});

test('a line that is not of the map is refused', () => {
  const document = (line: string) => `## Who calls whom\n\n\`\`\`text\n${line}\n\`\`\`\n`;
  expect(readCallMap(document('a  b:grpc nats'), { a: ['x', 'y'] })).toEqual([
    'x -> b:grpc',
    'x -> nats',
    'y -> b:grpc',
    'y -> nats',
  ]);
  expect(() => readCallMap(document('a calls b'), {})).toThrow('a calls b');
  expect(() => readCallMap('# Nothing here\n', {})).toThrow('no map');
});
