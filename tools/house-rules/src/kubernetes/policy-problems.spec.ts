import { ownCertificates } from './certificate-problems.js';
import { type KubernetesObject, named, overlays, renderOverlay } from './manifests.js';
import { replaceableProviderKeys } from './mounted-secrets.js';
import {
  availability,
  lifecycle,
  migrationsFirst,
  ownSecrets,
  ownServiceAccounts,
  pinnedImages,
  type Policy,
  restrictedContainers,
  restrictedNamespace,
  spread,
  streamingIngress,
} from './policy-problems.js';

const [dev, production] = await Promise.all(overlays.map(renderOverlay));

const policies: [guarantee: string, policy: Policy][] = [
  ['no container has more rights than it needs, nor more than its share of a node', restrictedContainers],
  ['each service has an account of its own and no token', ownServiceAccounts],
  ['images are pinned, all of one version', pinnedImages],
  ['a secret is read by its owner alone', ownSecrets],
  ['an adapter’s keys can be replaced while it runs', replaceableProviderKeys],
  ['replicas are spread over zones and nodes', spread],
  ['services are asked how they do, and end in order', lifecycle],
  ['the namespace takes restricted pods alone', restrictedNamespace],
  ['migrations come before the rollout', migrationsFirst],
];

describe.each([
  ['dev', dev!],
  ['production', production!],
] as const)('%s', (_overlay, objects) => {
  test.each(policies)('%s', (_guarantee, policy) => {
    expect(policy(objects)).toEqual([]);
  });
});

test('in production every service has two replicas at least, of which one at a time may be evicted', () => {
  expect(availability(2)(production!)).toEqual([]);
});

test('in production every service has a certificate of its own name', () => {
  expect(ownCertificates(production!)).toEqual([]);
});

test('in dev one replica is enough, and evicting it is not refused', () => {
  expect(availability(1)(dev!)).toEqual([]);
});

test('what stands before production does not hold answers back', () => {
  expect(production!.some(({ kind }) => kind === 'Ingress')).toBe(true);
  expect(streamingIngress(production!)).toEqual([]);
});

type Violation = [
  policy: Policy,
  kind: string,
  name: string,
  make: (object: any) => unknown,
  problem: string,
];
const container = (object: any) => object.spec.template.spec.containers[0];
const pod = (object: any) => object.spec.template.spec;
const ofKeys = ({ name }: any) => name === 'provider-keys';
const keysVolume = (object: any) => pod(object).volumes.find(ofKeys);
const keysMount = (object: any) => container(object).volumeMounts.find(ofKeys);

const violations: Violation[] = [
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => delete pod(o).securityContext.runAsNonRoot,
    'auth: may run as root',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => (pod(o).securityContext.runAsUser = 0),
    'auth: may run as root',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => delete pod(o).securityContext.seccompProfile,
    'auth: has no seccomp profile',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => (pod(o).hostNetwork = true),
    'auth: shares something of its host',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => delete container(o).securityContext.allowPrivilegeEscalation,
    'auth: service may gain privileges',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => (container(o).securityContext.readOnlyRootFilesystem = false),
    'auth: service may write to its image',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => (container(o).securityContext.capabilities.add = ['NET_RAW']),
    'auth: service keeps capabilities',
  ],
  [
    restrictedContainers,
    'Job',
    'auth-migration-0.1.0',
    (o) => delete container(o).resources.limits,
    'auth-migration: migration has no limits of cpu',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => delete container(o).resources.requests.memory,
    'auth: service has no requests of memory',
  ],
  [
    restrictedContainers,
    'Deployment',
    'auth',
    (o) => (pod(o).initContainers = [{ name: 'first', image: 'x:1' }]),
    'auth: first may gain privileges',
  ],
  [ownServiceAccounts, 'Deployment', 'auth', (o) => delete pod(o).serviceAccountName, 'auth runs as default'],
  [
    ownServiceAccounts,
    'Deployment',
    'auth',
    (o) => (pod(o).serviceAccountName = 'billing'),
    'auth runs as billing',
  ],
  [
    ownServiceAccounts,
    'Deployment',
    'auth',
    (o) => delete pod(o).automountServiceAccountToken,
    'auth is given a token',
  ],
  [
    ownServiceAccounts,
    'ServiceAccount',
    'auth',
    (o) => delete o.automountServiceAccountToken,
    "auth's account hands out tokens",
  ],
  [
    pinnedImages,
    'Deployment',
    'auth',
    (o) => (container(o).image = 'example.com:5000/auth'),
    'auth: example.com:5000/auth is not pinned',
  ],
  [
    pinnedImages,
    'Deployment',
    'auth',
    (o) => (container(o).image = 'a/auth:latest'),
    'auth: a/auth:latest is not pinned',
  ],
  [
    pinnedImages,
    'Deployment',
    'auth',
    (o) => (container(o).image = 'a/auth:0.0.9'),
    'versions differ: 0.1.0, 0.0.9',
  ],
  [
    ownSecrets,
    'Deployment',
    'adapter-openai',
    (o) => (keysVolume(o).secret.secretName = 'adapter-mistral'),
    'adapter-openai mounts OPENAI_API_KEY of adapter-mistral',
  ],
  [
    ownSecrets,
    'Deployment',
    'adapter-openai',
    (o) => delete keysVolume(o).secret.items,
    'adapter-openai takes more than single keys',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) =>
      container(o).env.push({
        name: 'X',
        valueFrom: { secretKeyRef: { name: 'adapter-mistral', key: 'MISTRAL_API_KEY' } },
      }),
    'gateway reads MISTRAL_API_KEY of adapter-mistral',
  ],
  [
    replaceableProviderKeys,
    'Deployment',
    'adapter-openai',
    (o) => container(o).env.push({ name: 'OPENAI_API_KEY', value: 'x' }),
    'adapter-openai has OPENAI_API_KEY, which no rotation reaches',
  ],
  [
    replaceableProviderKeys,
    'Deployment',
    'adapter-openai',
    (o) => (keysMount(o).subPath = 'OPENAI_API_KEY'),
    'adapter-openai: OPENAI_API_KEY_FILE is no file that is replaced',
  ],
  [
    replaceableProviderKeys,
    'Deployment',
    'adapter-openai',
    (o) => (keysMount(o).mountPath = '/elsewhere'),
    'adapter-openai: OPENAI_API_KEY_FILE is no file that is replaced',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) =>
      container(o).env.push({
        name: 'X',
        valueFrom: { secretKeyRef: { name: 'gateway', key: 'REDIS_URL' } },
      }),
    'gateway reads REDIS_URL as X',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) => (container(o).envFrom = [{ secretRef: { name: 'auth' } }]),
    'gateway takes more than single keys',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) => (pod(o).volumes = [{ name: 'x', secret: { secretName: 'auth' } }]),
    'gateway takes more than single keys',
  ],
  [
    availability(2),
    'HorizontalPodAutoscaler',
    'auth',
    (o) => (o.spec.minReplicas = 1),
    'auth has 1 to 6 replicas',
  ],
  [
    availability(2),
    'HorizontalPodAutoscaler',
    'auth',
    (o) => (o.spec.scaleTargetRef.name = 'x'),
    'auth has no autoscaler',
  ],
  [
    availability(2),
    'PodDisruptionBudget',
    'auth',
    (o) => (o.spec = { ...o.spec, maxUnavailable: undefined, minAvailable: 2 }),
    'auth: 0 pods may be evicted at a time',
  ],
  [
    availability(2),
    'PodDisruptionBudget',
    'auth',
    (o) => (o.spec.selector.matchLabels = { x: 'y' }),
    'auth has 0 disruption budgets',
  ],
  [
    availability(2),
    'Deployment',
    'auth',
    (o) => (o.spec.replicas = 2),
    'auth: an apply would undo what its autoscaler decided',
  ],
  [
    spread,
    'Deployment',
    'auth',
    (o) => pod(o).topologySpreadConstraints.shift(),
    'auth is not spread over topology.kubernetes.io/zone',
  ],
  [
    spread,
    'Deployment',
    'auth',
    (o) => (pod(o).topologySpreadConstraints[1].labelSelector = {}),
    'auth is not spread over kubernetes.io/hostname',
  ],
  [
    lifecycle,
    'Deployment',
    'auth',
    (o) => (container(o).readinessProbe.httpGet.path = '/healthz'),
    'auth: its readinessProbe is not /readyz at its port http',
  ],
  [
    lifecycle,
    'Deployment',
    'gateway',
    (o) => (container(o).livenessProbe.httpGet.port = 'http'),
    'gateway: its livenessProbe is not /healthz at its port metrics',
  ],
  [
    lifecycle,
    'Deployment',
    'auth',
    (o) => delete container(o).startupProbe,
    'auth: its startupProbe is not /healthz at its port http',
  ],
  [
    lifecycle,
    'Deployment',
    'gateway',
    (o) => (pod(o).terminationGracePeriodSeconds = 60),
    'gateway is killed after 60 s, needs 630',
  ],
  [
    restrictedNamespace,
    'Namespace',
    'tokenroute',
    (o) => delete o.metadata.labels,
    'the namespace takes pods that are not restricted',
  ],
  [
    restrictedNamespace,
    'Service',
    'auth',
    (o) => delete o.metadata.namespace,
    'Service auth is in the namespace default',
  ],
  [
    migrationsFirst,
    'Deployment',
    'auth',
    (o) => delete o.metadata.labels['tokenroute.dev/step'],
    'Deployment auth is applied at the wrong step',
  ],
  [
    migrationsFirst,
    'Job',
    'auth-migration-0.1.0',
    (o) => (container(o).image = 'x/auth:0.2.0'),
    'auth-migration-0.1.0 is not named after 0.2.0',
  ],
  [
    migrationsFirst,
    'Job',
    'auth-migration-0.1.0',
    (o) => container(o).env.push({ name: 'AUTH_SECRET', value: 'x' }),
    'auth-migration-0.1.0 is told more than its database',
  ],
  [
    ownSecrets,
    'Job',
    'auth-migration-0.1.0',
    (o) => (container(o).env[0].valueFrom.secretKeyRef.name = 'auth'),
    'auth-migration reads DATABASE_URL of auth',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) => (pod(o).volumes[0].secret.secretName = 'operator-tls'),
    'gateway takes more than single keys',
  ],
  [
    ownSecrets,
    'Deployment',
    'gateway',
    (o) => delete container(o).volumeMounts[0].readOnly,
    'gateway takes more than single keys',
  ],
  [
    ownCertificates,
    'Certificate',
    'gateway',
    (o) => o.spec.dnsNames.push('operator'),
    'gateway calls itself gateway,operator',
  ],
  [
    ownCertificates,
    'Certificate',
    'gateway',
    (o) => (o.spec.secretName = 'auth-tls'),
    'gateway has 0 certificates',
  ],
  [
    ownCertificates,
    'Certificate',
    'gateway',
    (o) => o.spec.usages.pop(),
    'gateway: its certificate is not for client auth',
  ],
  [
    ownCertificates,
    'Deployment',
    'billing',
    (o) => (container(o).env = container(o).env.filter(({ name }: any) => name !== 'TLS_CA_FILE')),
    'billing: TLS_CA_FILE does not name its file',
  ],
  [
    migrationsFirst,
    'Deployment',
    'auth',
    (o) => delete o.metadata.annotations,
    'auth is not a wave after the migrations',
  ],
  [
    streamingIngress,
    'Ingress',
    'public',
    (o) => delete o.metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffering'],
    'proxy-buffering is on',
  ],
  [
    streamingIngress,
    'Ingress',
    'public',
    (o) => (o.metadata.annotations['nginx.ingress.kubernetes.io/proxy-read-timeout'] = '60'),
    'proxy-read-timeout cuts long answers',
  ],
  [
    streamingIngress,
    'Ingress',
    'public',
    (o) => o.spec.tls[0].hosts.pop(),
    'console.example.com has no certificate',
  ],
  [
    streamingIngress,
    'Ingress',
    'public',
    (o) => (o.spec.rules[0].http.paths[1].pathType = 'Prefix'),
    'more of billing is public than its webhook',
  ],
];

test.each(violations.map((violation) => [violation[4], violation] as const))(
  'it is found when %s',
  (problem, [policy, kind, name, make]) => {
    const objects: KubernetesObject[] = structuredClone(production!);
    make(named(objects, kind, name));
    expect(policy(objects)).toContain(problem);
  },
);
