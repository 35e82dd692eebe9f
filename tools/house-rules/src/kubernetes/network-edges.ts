import {
  environmentOf,
  type KubernetesObject,
  type NetworkRule,
  ofKind,
  type Peer,
  selects,
  type Workload,
  workloads,
} from './manifests.js';

type Direction = 'Ingress' | 'Egress';

/** Servers in the namespace of the data, by port. */
const servers: Record<number, string> = { 4222: 'nats', 5432: 'postgres', 6379: 'redis' };
/** What must not be reached from within: private, shared, link-local (metadata of a cloud), loopback, and what is reserved. */
const notPublic = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
];

/** An edge as `caller -> target`, the words of docs/ARCHITECTURE.md. */
export interface NetworkEdges {
  /** What policies let out. */
  egress: string[];
  /** What policies let in. */
  ingress: string[];
  /** Pods that are not closed by default, in words. */
  open: string[];
}

/** What the NetworkPolicies of these objects let through. */
export function networkEdges(objects: readonly KubernetesObject[]): NetworkEdges {
  const pods = workloads(objects);
  const policies = ofKind(objects, 'NetworkPolicy');
  const edges: Record<Direction, string[]> = { Egress: [], Ingress: [] };
  const open: string[] = [];
  for (const pod of pods) {
    for (const direction of ['Egress', 'Ingress'] as const) {
      const applying = policies.filter(
        ({ spec }) => spec.policyTypes?.includes(direction) && selects(spec.podSelector!, pod.labels),
      );
      if (applying.length === 0) open.push(`${pod.name}: ${direction} is not closed by default`);
      const rules = applying.flatMap(
        ({ spec }) => (direction === 'Egress' ? spec.egress : spec.ingress) ?? [],
      );
      edges[direction].push(...rules.flatMap((rule) => edgesOf(direction, pod, rule, pods)));
    }
  }
  const sorted = (list: string[]) => [...new Set(list)].sort();
  return { egress: sorted(edges.Egress), ingress: sorted(edges.Ingress), open };
}

function edgesOf(direction: Direction, pod: Workload, rule: NetworkRule, pods: Workload[]): string[] {
  const peers = direction === 'Egress' ? rule.to : rule.from;
  const ports = rule.ports?.map(({ port }) => port) ?? [undefined];
  if (!peers?.length) return [direction === 'Egress' ? `${pod.name} -> anywhere` : `anywhere -> ${pod.name}`];
  return peers.flatMap((peer) =>
    ports.flatMap((port) =>
      direction === 'Egress'
        ? targetsOf(peer, port, pods).map((target) => `${pod.name} -> ${target}`)
        : callersOf(peer, pods).map((caller) => `${caller} -> ${atPort(pod, port)}`),
    ),
  );
}

function targetsOf(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  port: number | undefined,
  pods: Workload[],
) {
  if (ipBlock) {
    const isPublic = notPublic.every((network) => ipBlock.except?.includes(network));
    return [`${isPublic ? 'internet' : `addresses of ${ipBlock.cidr}`}:${port ?? 'any'}`];
  }
  if (!namespaceSelector) {
    return pods.filter(({ labels }) => selects(podSelector!, labels)).map((target) => atPort(target, port));
  }
  const namespace = namespaceOf(namespaceSelector.matchLabels);
  if (namespace === 'tokenroute-data' && port !== undefined) return [servers[port] ?? `data:${port}`];
  if (namespace === 'kube-system' && podSelector?.matchLabels?.['k8s-app'] === 'kube-dns' && port === 53)
    return ['dns'];
  if (namespace === 'monitoring' && port === 4318) return ['collector'];
  return [`namespace ${namespace}:${port ?? 'any'}`];
}

function callersOf({ podSelector, namespaceSelector, ipBlock }: Peer, pods: Workload[]): string[] {
  if (ipBlock) return [`addresses of ${ipBlock.cidr}`];
  if (!namespaceSelector)
    return pods.filter(({ labels }) => selects(podSelector!, labels)).map(({ name }) => name);
  const namespace = namespaceOf(namespaceSelector.matchLabels);
  return [{ 'ingress-nginx': 'ingress', monitoring: 'prometheus' }[namespace] ?? `namespace ${namespace}`];
}

function namespaceOf(labels: Record<string, string> = {}): string {
  return labels['kubernetes.io/metadata.name'] ?? 'any';
}

/** `auth:grpc` for auth at the port that its container calls so. */
function atPort({ name, container }: Workload, port: number | undefined): string {
  const opened = container.ports?.find(({ containerPort }) => containerPort === port);
  return `${name}:${opened?.name ?? port ?? 'any'}`;
}

/** Whom services are told to call by their variables, in the same words. What a secret says is known by its variable's name. */
export function toldEdges(objects: readonly KubernetesObject[]): string[] {
  const edges = workloads(objects).flatMap((workload) =>
    Object.entries(environmentOf(workload, objects)).flatMap(([variable, value]) =>
      toldTargets(variable, value, objects).map((target) => `${workload.name} -> ${target}`),
    ),
  );
  return [...new Set(edges)].sort();
}

const byVariable: Record<string, string> = {
  DATABASE_URL: 'postgres',
  NATS_URL: 'nats',
  REDIS_URL: 'redis',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'collector',
};

function toldTargets(variable: string, value: string, objects: readonly KubernetesObject[]): string[] {
  if (byVariable[variable]) return [byVariable[variable]];
  if (variable === 'ADAPTERS') {
    return value.split(',').map((entry) => serviceAt(entry.slice(entry.indexOf('=') + 1), objects));
  }
  if (/_ADDRESS$/.test(variable)) return [serviceAt(value, objects)];
  if (variable === 'AUTH_HTTP_URL' || variable === 'GATEWAY_URL') {
    const { hostname, port } = new URL(value);
    return [serviceAt(`${hostname}:${port || 80}`, objects)];
  }
  return [];
}

/** `auth:grpc` for `auth:7100`, by the port that the Service leads to. */
function serviceAt(address: string, objects: readonly KubernetesObject[]): string {
  const [host = '', port] = address.split(':');
  const service = ofKind(objects, 'Service').find(({ metadata }) => metadata.name === host);
  const found = service?.spec.ports?.find((each) => each.port === Number(port));
  return `${host}:${found?.targetPort ?? `no such port (${port})`}`;
}
