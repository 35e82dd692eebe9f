import { type KubernetesObject, type PodSpec, type Workload, workloads } from './manifests.js';

/** A volume of a Secret's keys, each a file. */
interface SecretVolume {
  name: string;
  secret?: { secretName: string; items?: { key: string; path: string }[] };
}

interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  subPath?: string;
}

/**
 * What a pod mounts of Secrets, by single keys; and whether it mounts anything else beside its certificate.
 *
 * @param certificate the Secret that may be mounted as a whole
 */
export function mountedSecrets(
  { volumes = [] }: PodSpec,
  certificate: string,
): { secrets: { secretName: string; keys: string[] }[]; others: boolean } {
  const others = (volumes as SecretVolume[]).filter(({ secret }) => secret?.secretName !== certificate);
  const bySingleKeys = others.flatMap(({ secret }) =>
    secret?.items?.length
      ? [{ secretName: secret.secretName, keys: secret.items.map(({ key }) => key) }]
      : [],
  );
  return { secrets: bySingleKeys, others: bySingleKeys.length < others.length };
}

/**
 * An adapter has its provider's keys in a file which is replaced when the Secret is: a mounted folder, because neither a
 * variable nor a single mounted file (`subPath`) ever changes.
 */
export function replaceableProviderKeys(objects: readonly KubernetesObject[]): string[] {
  return workloads(objects).flatMap((workload) => {
    const [, provider] = /^adapter-(.+)$/.exec(workload.name) ?? [];
    if (provider === undefined) return [];
    const variable = `${provider.toUpperCase()}_API_KEY`;
    const inVariable = workload.container.env?.some(({ name }) => name === variable);
    const file = workload.container.env?.find(({ name }) => name === `${variable}_FILE`)?.value;
    return [
      ...(inVariable ? [`${workload.name} has ${variable}, which no rotation reaches`] : []),
      ...(replaceableFiles(workload).includes(file ?? '')
        ? []
        : [`${workload.name}: ${variable}_FILE is no file that is replaced`]),
    ];
  });
}

function replaceableFiles({ pod, container }: Workload): string[] {
  return ((container.volumeMounts ?? []) as Mount[])
    .filter(({ readOnly, subPath }) => readOnly === true && subPath === undefined)
    .flatMap(({ name, mountPath }) => {
      const volume = (pod.volumes as SecretVolume[] | undefined)?.find((each) => each.name === name);
      return (volume?.secret?.items ?? []).map(({ path }) => `${mountPath}/${path}`);
    });
}
