import { ofKind, workloads } from './manifests.js';
import type { Policy } from './policy-problems.js';

const files = { TLS_CERT_FILE: 'tls.crt', TLS_KEY_FILE: 'tls.key', TLS_CA_FILE: 'ca.crt' };

/** A service has a certificate of its own name and no other, for both ends of a connection, and is told where it is. */
export const ownCertificates: Policy = (objects) =>
  workloads(objects)
    .filter(({ kind, name }) => kind === 'Deployment' && name !== 'provider-simulator')
    .flatMap(({ name, container, pod }) => {
      const { secretName } = pod.volumes?.find((volume) => volume.name === 'certificate')?.secret ?? {};
      const path = container.volumeMounts?.find((mount) => mount.name === 'certificate')?.mountPath;
      const issued = ofKind(objects, 'Certificate').filter(({ spec }) => spec.secretName === secretName);
      const { dnsNames = [], usages = [] } = issued[0]?.spec ?? {};
      const told = new Map(container.env?.map((variable) => [variable.name, variable.value]));
      return [
        ...(issued.length === 1 ? [] : [`${name} has ${issued.length} certificates`]),
        ...(dnsNames.join() === name ? [] : [`${name} calls itself ${dnsNames.join() || 'nothing'}`]),
        ...['server auth', 'client auth']
          .filter((usage) => !usages.includes(usage))
          .map((usage) => `${name}: its certificate is not for ${usage}`),
        ...Object.entries(files)
          .filter(([variable, file]) => told.get(variable) !== `${path}/${file}`)
          .map(([variable]) => `${name}: ${variable} does not name its file`),
      ];
    });
