import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import yaml from 'yaml';
import { repositoryRoot } from '../workspace.js';
import { kubectl } from './kubectl.js';

/** The parts of Kubernetes' objects that rules here look at; kubernetes-schema.ts knows the whole. */
export interface EnvironmentVariable {
  name: string;
  value?: string;
  valueFrom?: { configMapKeyRef?: KeyReference; secretKeyRef?: KeyReference };
}
interface KeyReference {
  name: string;
  key: string;
  optional?: boolean;
}
export interface Container {
  name: string;
  image: string;
  args?: string[];
  ports?: { name: string; containerPort: number }[];
  env?: EnvironmentVariable[];
  envFrom?: unknown[];
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources?: Record<'limits' | 'requests', Record<string, string> | undefined>;
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    privileged?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
}
interface Probe {
  httpGet: { path: string; port: string };
}
export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  volumes?: { name: string; secret?: { secretName: string } }[];
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } };
  topologySpreadConstraints?: { topologyKey: string; labelSelector: Selector }[];
  initContainers?: Container[];
  containers: Container[];
}
export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
export interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
export interface NetworkRule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port?: number; protocol?: string }[];
}
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  data?: Record<string, string>;
  automountServiceAccountToken?: boolean;
  spec: {
    replicas?: number;
    selector?: Record<string, string> & Selector;
    ports?: { name: string; port: number; targetPort: string }[];
    clusterIP?: string;
    template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    scaleTargetRef?: { kind: string; name: string };
    minReplicas?: number;
    maxReplicas?: number;
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    podSelector?: Selector;
    policyTypes?: string[];
    ingress?: NetworkRule[];
    egress?: NetworkRule[];
    tls?: { hosts: string[]; secretName: string }[];
    /** Of a Certificate. */
    secretName?: string;
    dnsNames?: string[];
    usages?: string[];
    rules?: {
      host?: string;
      http: { paths: { path: string; pathType: string; backend: { service: { name: string } } }[] };
    }[];
  };
}

export const overlays = ['dev', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** An overlay's objects, as `kubectl apply -k` would send them. */
export async function renderOverlay(overlay: Overlay): Promise<KubernetesObject[]> {
  const folder = join(repositoryRoot, 'k8s/overlays', overlay);
  const { stdout } = await promisify(execFile)(await kubectl(), ['kustomize', folder], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const objects = yaml.parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
  return objects.map((object) => (object.kind === 'Secret' ? withUnbrokenValues(object) : object));
}

/** kustomize breaks base64 into lines, which Kubernetes joins. */
function withUnbrokenValues(secret: KubernetesObject): KubernetesObject {
  const entries = Object.entries(secret.data ?? {}).map(([key, value]) => [key, value.replace(/\s/g, '')]);
  return { ...secret, data: Object.fromEntries(entries) as Record<string, string> };
}

export function ofKind(objects: readonly KubernetesObject[], kind: string): KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** @throws Error when there is none */
export function named(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

/** What runs pods: Deployments and Jobs. */
export interface Workload {
  /** Its label app.kubernetes.io/name: that of the service, or the service's and `-migration`. */
  name: string;
  kind: string;
  labels: Record<string, string>;
  pod: PodSpec;
  container: Container;
}

export function workloads(objects: readonly KubernetesObject[]): Workload[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    if (!spec?.template) return [];
    const { labels } = spec.template.metadata;
    const pod = spec.template.spec;
    const name = labels['app.kubernetes.io/name'] ?? metadata.name;
    return [{ name, kind, labels, pod, container: pod.containers[0]! }];
  });
}

/** What the services are told, by variable; of secrets the word `secret`. */
export function environmentOf(
  { container }: Workload,
  objects: readonly KubernetesObject[],
): Record<string, string> {
  const configuration = ofKind(objects, 'ConfigMap');
  return Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => {
      if (value !== undefined) return [name, value];
      const reference = valueFrom?.configMapKeyRef;
      if (!reference) return [name, 'secret'];
      const data = configuration.find(({ metadata }) => metadata.name === reference.name)?.data;
      return [name, data?.[reference.key] ?? `missing from the ConfigMap: ${reference.key}`];
    }),
  );
}

/** Whether a selector takes labels; matchLabels and the operators Exists and In are known. */
export function selects(selector: Selector, labels: Record<string, string>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return key in labels;
      if (operator === 'In') return values.includes(labels[key] ?? '');
      throw new Error(`the operator ${operator} is not known here`);
    })
  );
}
