import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { experimental } from '@grpc/grpc-js';
import { ConfigError } from './load-config.js';

type CaListener = Parameters<experimental.CertificateProvider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<experimental.CertificateProvider['addIdentityCertificateListener']>[0];

/** Of `serviceVariables`: PEM files, all three or none. */
export interface TlsConfig {
  TLS_CERT_FILE?: string | undefined;
  TLS_KEY_FILE?: string | undefined;
  TLS_CA_FILE?: string | undefined;
}

export interface TlsFilePaths {
  certFile: string;
  keyFile: string;
  caFile: string;
}

interface TlsContents {
  certificate: Buffer;
  privateKey: Buffer;
  caCertificate: Buffer;
}

const refreshIntervalMs = 60_000;
const opened = new Map<string, TlsFiles>();

/** Where the files are; null: this service speaks plaintext. */
export function tlsFilePaths(config: TlsConfig): TlsFilePaths | null {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CA_FILE: caFile } = config;
  return certFile && keyFile && caFile ? { certFile, keyFile, caFile } : null;
}

/**
 * This process's certificate, read and watched once for all of its connections; null: plaintext.
 * @throws ConfigError naming the variable whose file is of no use
 */
export function tlsFilesOf(config: TlsConfig): TlsFiles | null {
  const paths = tlsFilePaths(config);
  if (!paths) return null;
  const key = JSON.stringify(paths);
  const files = opened.get(key) ?? new TlsFiles(paths);
  opened.set(key, files);
  return files;
}

/**
 * A certificate, its key and the authority that others' certificates must be from. Files that are renewed on disk serve new
 * connections within a minute. (grpc-js has such a watcher too, which refuses every connection while a file is missing or a
 * renewal is half written; this one goes on with what it had.)
 */
export class TlsFiles implements experimental.CertificateProvider {
  private contents: TlsContents;
  private warned = false;
  private readonly caListeners = new Set<CaListener>();
  private readonly identityListeners = new Set<IdentityListener>();

  constructor(private readonly paths: TlsFilePaths) {
    this.contents = read(paths);
    setInterval(() => this.refresh(), refreshIntervalMs).unref();
  }

  /** Looks at the files again. Those that do not fit together change nothing, until they do. */
  refresh(): void {
    let contents: TlsContents;
    try {
      contents = read(this.paths);
    } catch (error) {
      if (!this.warned)
        process.emitWarning(`${(error as Error).message}. The files read before are used on.`);
      this.warned = true;
      return;
    }
    this.warned = false;
    if (areSame(contents, this.contents)) return;
    this.contents = contents;
    for (const listener of this.identityListeners) listener(contents);
    for (const listener of this.caListeners) listener(contents);
  }

  addCaCertificateListener(listener: CaListener): void {
    this.caListeners.add(listener);
    // Not before the one who asks has finished asking: grpc-js does the same.
    process.nextTick(() => listener(this.contents));
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.add(listener);
    process.nextTick(() => listener(this.contents));
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.identityListeners.delete(listener);
  }
}

function read({ certFile, keyFile, caFile }: TlsFilePaths): TlsContents {
  const certificate = readVariable('TLS_CERT_FILE', certFile);
  const privateKey = readVariable('TLS_KEY_FILE', keyFile);
  const caCertificate = readVariable('TLS_CA_FILE', caFile);
  const leaf = check('TLS_CERT_FILE', 'has no certificate', () => new X509Certificate(certificate));
  const key = check('TLS_KEY_FILE', 'has no private key', () => createPrivateKey(privateKey));
  check('TLS_CA_FILE', 'has no certificate', () => new X509Certificate(caCertificate));
  if (!leaf.checkPrivateKey(key)) throw unusable('TLS_KEY_FILE', 'is not the key of TLS_CERT_FILE');
  check('TLS_CERT_FILE', 'cannot be used', () =>
    createSecureContext({ cert: certificate, key: privateKey, ca: caCertificate }),
  );
  return { certificate, privateKey, caCertificate };
}

function readVariable(variable: keyof TlsConfig, file: string): Buffer {
  return check(variable, 'names a file that cannot be read', () => readFileSync(file));
}

function check<Value>(variable: keyof TlsConfig, problem: string, attempt: () => Value): Value {
  try {
    return attempt();
  } catch (error) {
    throw unusable(variable, problem, error);
  }
}

function unusable(variable: keyof TlsConfig, problem: string, cause?: unknown): ConfigError {
  return new ConfigError(`${variable}: ${problem}`, { cause });
}

function areSame(one: TlsContents, other: TlsContents): boolean {
  return (
    one.certificate.equals(other.certificate) &&
    one.privateKey.equals(other.privateKey) &&
    one.caCertificate.equals(other.caCertificate)
  );
}
