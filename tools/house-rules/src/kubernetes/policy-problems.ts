import {
  type Container,
  type KubernetesObject,
  ofKind,
  type PodSpec,
  selects,
  type Workload,
  workloads,
} from './manifests.js';
import { mountedSecrets } from './mounted-secrets.js';

/** A rule: what is wrong with these objects, in words; nothing when all is well. */
export type Policy = (objects: readonly KubernetesObject[]) => string[];

/** Longest answer (an adapter's TOTAL_TIMEOUT_MS), which whoever passes it on must see to its end. */
const longestAnswerSeconds = 600;
/** How long a service may take to end (docs/upgrades.md): looked away from, what is in flight, what is left. */
const longestEndSeconds = 5 + longestAnswerSeconds + 25;
const isDeployment = ({ kind }: Workload) => kind === 'Deployment';

export const restrictedContainers: Policy = (objects) =>
  workloads(objects).flatMap(({ name, pod }) => [
    ...podProblems(pod).map((problem) => `${name}: ${problem}`),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap((container) =>
      containerProblems(container).map((problem) => `${name}: ${container.name} ${problem}`),
    ),
  ]);

function podProblems({ securityContext, hostNetwork, hostPID, hostIPC }: PodSpec): string[] {
  return [
    ...(securityContext?.runAsNonRoot === true && securityContext.runAsUser ? [] : ['may run as root']),
    ...(securityContext?.seccompProfile?.type === 'RuntimeDefault' ? [] : ['has no seccomp profile']),
    ...(hostNetwork || hostPID || hostIPC ? ['shares something of its host'] : []),
  ];
}

function containerProblems({ securityContext = {}, resources }: Container): string[] {
  const { allowPrivilegeEscalation, privileged, readOnlyRootFilesystem, capabilities } = securityContext;
  const missing = (['requests', 'limits'] as const).flatMap((bound) =>
    ['cpu', 'memory']
      .filter((what) => !resources?.[bound]?.[what])
      .map((what) => `has no ${bound} of ${what}`),
  );
  return [
    ...(allowPrivilegeEscalation === false && !privileged ? [] : ['may gain privileges']),
    ...(readOnlyRootFilesystem === true ? [] : ['may write to its image']),
    ...(capabilities?.drop?.includes('ALL') && !capabilities.add?.length ? [] : ['keeps capabilities']),
    ...missing,
  ];
}

/** Each has a service account of its own, and no token of it. */
export const ownServiceAccounts: Policy = (objects) => {
  const accounts = ofKind(objects, 'ServiceAccount');
  return workloads(objects).flatMap(({ name, pod }) => {
    const account = accounts.find(({ metadata }) => metadata.name === pod.serviceAccountName);
    return [
      ...(pod.serviceAccountName === name ? [] : [`${name} runs as ${pod.serviceAccountName ?? 'default'}`]),
      ...(pod.automountServiceAccountToken === false ? [] : [`${name} is given a token`]),
      ...(account?.automountServiceAccountToken === false ? [] : [`${name}'s account hands out tokens`]),
    ];
  });
};

/** One version for all, and a name that cannot come to mean another image. */
export const pinnedImages: Policy = (objects) => {
  const tags = new Set<string>();
  const problems = workloads(objects).flatMap(({ name, pod }) =>
    [...pod.containers, ...(pod.initContainers ?? [])].flatMap(({ image }) => {
      const tag = /:([\w][\w.-]*)$/.exec(image)?.[1];
      if (tag === undefined || tag === 'latest') return [`${name}: ${image} is not pinned`];
      tags.add(tag);
      return /\b(REGISTRY|SERVICE|VERSION)\b/.test(image) ? [`${name}: ${image} has a gap`] : [];
    }),
  );
  return tags.size > 1 ? [...problems, `versions differ: ${[...tags].join(', ')}`] : problems;
};

/** A service reads the Secret of its name, its migration that of the migration's, and both nothing else but its own certificate. */
export const ownSecrets: Policy = (objects) =>
  workloads(objects).flatMap(({ name, pod }) => {
    const containers = [...pod.containers, ...(pod.initContainers ?? [])];
    const mounted = mountedSecrets(pod, `${name}-tls`);
    const wholesale =
      mounted.others ||
      containers.some(
        ({ envFrom, volumeMounts = [] }) => envFrom?.length || volumeMounts.some(({ readOnly }) => !readOnly),
      );
    const references = containers.flatMap(({ env = [] }) =>
      env.flatMap(({ name: variable, valueFrom }) =>
        valueFrom?.secretKeyRef ? [{ variable, ...valueFrom.secretKeyRef }] : [],
      ),
    );
    const isOwn = (secret: string) => secret === name || new RegExp(`^${name}-[a-z0-9]{10}$`).test(secret);
    return [
      ...(wholesale ? [`${name} takes more than single keys`] : []),
      ...mounted.secrets
        .filter(({ secretName }) => !isOwn(secretName))
        .map(({ secretName, keys }) => `${name} mounts ${keys.join(', ')} of ${secretName}`),
      ...references
        .filter((each) => !isOwn(each.name))
        .map((each) => `${name} reads ${each.key} of ${each.name}`),
      ...references
        .filter(({ key, variable }) => key !== variable)
        .map(({ key, variable }) => `${name} reads ${key} as ${variable}`),
    ];
  });

/** Evicting one pod is always allowed, evicting all at once never; in production two are left to begin with. */
export function availability(leastReplicas: number): Policy {
  return (objects) =>
    workloads(objects)
      .filter(isDeployment)
      .filter(({ name }) => name !== 'provider-simulator')
      .flatMap(({ name, labels }) => {
        const budgets = ofKind(objects, 'PodDisruptionBudget').filter(({ spec }) =>
          selects(spec.selector ?? {}, labels),
        );
        const scaler = ofKind(objects, 'HorizontalPodAutoscaler').find(
          ({ spec }) => spec.scaleTargetRef?.kind === 'Deployment' && spec.scaleTargetRef.name === name,
        );
        const { replicas } = objects.find(
          (each) => each.kind === 'Deployment' && each.metadata.name === name,
        )!.spec;
        const { minReplicas = 1, maxReplicas = 0 } = scaler?.spec ?? {};
        const budget = budgets[0]?.spec;
        const evictable = budget?.maxUnavailable ?? minReplicas - Number(budget?.minAvailable ?? minReplicas);
        return [
          ...(budgets.length === 1 ? [] : [`${name} has ${budgets.length} disruption budgets`]),
          ...(evictable === 1 ? [] : [`${name}: ${evictable} pods may be evicted at a time`]),
          ...(scaler ? [] : [`${name} has no autoscaler`]),
          ...(replicas === undefined ? [] : [`${name}: an apply would undo what its autoscaler decided`]),
          ...(minReplicas >= leastReplicas && maxReplicas >= minReplicas
            ? []
            : [`${name} has ${minReplicas} to ${maxReplicas} replicas`]),
        ];
      });
}

export const spread: Policy = (objects) =>
  workloads(objects)
    .filter(isDeployment)
    .filter(({ name }) => name !== 'provider-simulator')
    .flatMap(({ name, labels, pod }) => {
      const constraints = pod.topologySpreadConstraints ?? [];
      const own = constraints.filter(
        ({ labelSelector }) =>
          Object.keys(labelSelector.matchLabels ?? {}).length > 0 && selects(labelSelector, labels),
      );
      return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']
        .filter((key) => !own.some(({ topologyKey }) => topologyKey === key))
        .map((key) => `${name} is not spread over ${key}`);
    });

/**
 * Started, ready and alive are three questions, asked where no customer connects; an end leaves time for what is in flight.
 */
export const lifecycle: Policy = (objects) =>
  workloads(objects)
    .filter(isDeployment)
    .flatMap(({ name, container, pod }) => {
      const expected = {
        startupProbe: '/healthz',
        readinessProbe: '/readyz',
        livenessProbe: '/healthz',
      } as const;
      const port = container.ports?.some((own) => own.name === 'metrics') ? 'metrics' : 'http';
      const probes = (Object.keys(expected) as (keyof typeof expected)[]).filter((probe) => {
        const asked = container[probe]?.httpGet;
        return asked?.path !== expected[probe] || asked.port !== port;
      });
      const graceSeconds = pod.terminationGracePeriodSeconds ?? 30;
      return [
        ...probes.map((probe) => `${name}: its ${probe} is not ${expected[probe]} at its port ${port}`),
        ...(graceSeconds >= longestEndSeconds || name === 'provider-simulator'
          ? []
          : [`${name} is killed after ${graceSeconds} s, needs ${longestEndSeconds}`]),
      ];
    });

export const restrictedNamespace: Policy = (objects) => {
  const namespaces = ofKind(objects, 'Namespace');
  const name = namespaces[0]?.metadata.name;
  return [
    ...(namespaces[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted'
      ? []
      : ['the namespace takes pods that are not restricted']),
    ...objects
      .filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== name)
      .map(
        ({ kind, metadata }) =>
          `${kind} ${metadata.name} is in the namespace ${metadata.namespace ?? 'default'}`,
      ),
  ];
};

/** A release applies all but the rollout, waits for the migrations, and then rolls out: k8s/README.md. */
export const migrationsFirst: Policy = (objects) => {
  const isRollout = ({ metadata }: KubernetesObject) =>
    metadata.labels?.['tokenroute.dev/step'] === 'rollout';
  const wave = ({ metadata }: KubernetesObject) =>
    Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  const rolledOut = new Set(['Deployment', 'HorizontalPodAutoscaler']);
  const jobs = ofKind(objects, 'Job');
  return [
    ...objects
      .filter((each) => isRollout(each) !== rolledOut.has(each.kind))
      .map(({ kind, metadata }) => `${kind} ${metadata.name} is applied at the wrong step`),
    ...jobs.flatMap(({ metadata, spec }) => {
      const { image, env } = spec.template!.spec.containers[0]!;
      const owner = metadata.name.replace(/-migration-.*$/, '');
      const version = image.slice(image.lastIndexOf(':') + 1);
      const service = objects.find((each) => each.kind === 'Deployment' && each.metadata.name === owner);
      const served = service?.spec.template?.spec.containers[0];
      return [
        ...(metadata.name === `${owner}-migration-${version}`
          ? []
          : [`${metadata.name} is not named after ${version}`]),
        ...(metadata.labels?.['app.kubernetes.io/version'] === version
          ? []
          : [`${metadata.name} has no version`]),
        ...(served?.image === image ? [] : [`${metadata.name} runs ${image}, its service ${served?.image}`]),
        ...(env?.map(({ name }) => name).join() === 'DATABASE_URL'
          ? []
          : [`${metadata.name} is told more than its database`]),
      ];
    }),
    ...ofKind(objects, 'Deployment')
      .filter((deployment) => jobs.some((job) => wave(job) >= wave(deployment)) && !isSimulator(deployment))
      .map(({ metadata }) => `${metadata.name} is not a wave after the migrations`),
  ];
};

function isSimulator({ metadata }: KubernetesObject): boolean {
  return metadata.name === 'provider-simulator';
}

/** What stands before the gateway neither collects an answer nor cuts it, and speaks TLS alone. */
export const streamingIngress: Policy = (objects) =>
  ofKind(objects, 'Ingress').flatMap(({ metadata, spec }) => {
    const setting = (name: string) => metadata.annotations?.[`nginx.ingress.kubernetes.io/${name}`];
    const hosts = spec.rules?.map(({ host }) => host ?? 'any host') ?? [];
    const protectedHosts = spec.tls?.flatMap((each) => each.hosts) ?? [];
    const paths = spec.rules?.flatMap(({ http }) => http.paths) ?? [];
    const isWide = (path: (typeof paths)[number]) =>
      path.backend.service.name === 'billing' && path.pathType !== 'Exact';
    return [
      ...['proxy-buffering', 'proxy-request-buffering']
        .filter((name) => setting(name) !== 'off')
        .map((name) => `${name} is on`),
      ...['proxy-read-timeout', 'proxy-send-timeout']
        .filter((name) => !(Number(setting(name)) > longestAnswerSeconds))
        .map((name) => `${name} cuts long answers`),
      ...(setting('proxy-body-size') === '20m' ? [] : ['bodies that the gateway takes are refused']),
      ...(setting('force-ssl-redirect') === 'true' ? [] : ['plain HTTP is answered']),
      ...hosts.filter((host) => !protectedHosts.includes(host)).map((host) => `${host} has no certificate`),
      ...hosts.filter((host) => /_HOST$/.test(host)).map((host) => `${host} is a gap`),
      ...(paths.some(isWide) ? ['more of billing is public than its webhook'] : []),
    ];
  });
