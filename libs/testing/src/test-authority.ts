import { randomBytes, webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type * as X509 from '@peculiar/x509';

type KeyPair = webcrypto.CryptoKeyPair;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const lifetimeMs = 24 * 3_600_000;

/** What a service's TLS variables name. */
export interface TestCertificate {
  TLS_CERT_FILE: string;
  TLS_KEY_FILE: string;
  TLS_CA_FILE: string;
}

/** A certificate authority for tests alone, and the PEM files of whom it names. */
export class TestAuthority {
  private constructor(
    private readonly x509: typeof X509,
    private readonly folder: string,
    private readonly certificate: X509.X509Certificate,
    private readonly keys: KeyPair,
  ) {}

  /** @param folder where the files go */
  static async create(folder: string): Promise<TestAuthority> {
    const x509 = await load();
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      ...validity(),
      name: 'CN=tests',
      keys,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    return new TestAuthority(x509, folder, certificate, keys);
  }

  /**
   * For server and client alike. Issued again, the files of that name are replaced.
   * @param addresses at which a server is reached, where its name is no name of a host
   */
  async issue(name: string, addresses: readonly string[] = []): Promise<TestCertificate> {
    const { x509 } = this;
    const { publicKey, privateKey } = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject: `CN=${name}`,
      issuer: this.certificate.subject,
      publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: name },
          ...addresses.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
        ]),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', privateKey);
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    const write = (file: string, text: string) => {
      writeFileSync(join(folder, file), text);
      return join(folder, file);
    };
    return {
      TLS_CERT_FILE: write('tls.crt', certificate.toString('pem')),
      TLS_KEY_FILE: write('tls.key', x509.PemConverter.encode(key, 'PRIVATE KEY')),
      TLS_CA_FILE: write('ca.crt', this.certificate.toString('pem')),
    };
  }
}

/** Not with this file: every test of the repository would load it. */
async function load(): Promise<typeof X509> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as never);
  return x509;
}

function generateKeys(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<KeyPair>;
}

function validity() {
  const now = Date.now();
  return {
    serialNumber: randomBytes(8).toString('hex'),
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + lifetimeMs),
  };
}
