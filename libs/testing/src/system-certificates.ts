import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from './own-servers.js';
import { TestAuthority, type TestCertificate } from './test-authority.js';

/** Certificates for everything in a system, and a NATS that lets each service do what deploy/nats says. */
export interface SystemCertificates {
  authority: TestAuthority;
  natsConfigFile: string;
  /** By the name of a service's program. */
  services: Record<string, TestCertificate>;
  operator: TestCertificate;
}

export async function issueSystemCertificates(
  folder: string,
  programs: readonly string[],
): Promise<SystemCertificates> {
  const files = join(folder, 'certificates');
  mkdirSync(files, { recursive: true });
  const authority = await TestAuthority.create(files);
  const issued = await Promise.all(
    programs.map(async (name) => [name, await authority.issue(name)] as const),
  );
  return {
    authority,
    natsConfigFile: await configureNats(files, authority),
    services: Object.fromEntries(issued),
    operator: await authority.issue('operator'),
  };
}

async function configureNats(folder: string, authority: TestAuthority): Promise<string> {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CA_FILE } = await authority.issue('nats', [
    '127.0.0.1',
    'localhost',
  ]);
  copyFileSync(join(repositoryFolder, 'deploy/nats/authorization.conf'), join(folder, 'authorization.conf'));
  const file = join(folder, 'nats.conf');
  writeFileSync(
    file,
    `tls {
  cert_file: "${TLS_CERT_FILE}"
  key_file: "${TLS_KEY_FILE}"
  ca_file: "${TLS_CA_FILE}"
  verify_and_map: true
}
include ./authorization.conf
`,
  );
  return file;
}
