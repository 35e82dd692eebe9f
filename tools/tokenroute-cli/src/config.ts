import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CommandFailure, exitCodes } from './command-failure.js';

/** Where the services answer, as host:port. Undefined: nobody said. */
export interface Addresses {
  auth: string | undefined;
  billing: string | undefined;
  /** Absent: the services speak plaintext. */
  tls?: OperatorCertificate | undefined;
}

/** PEM: who the operator is for the services, and the authority that theirs are from. */
export interface OperatorCertificate {
  certificate: Buffer;
  key: Buffer;
  authority: Buffer;
}

const devEnvFile = fileURLToPath(new URL('../../../.tokenroute/dev.env', import.meta.url));

/**
 * AUTH_ADDRESS and BILLING_ADDRESS from the environment; what it does not set, from the file that `npm start` writes.
 * @throws CommandFailure when only some of TLS_CERT_FILE, TLS_KEY_FILE and TLS_CA_FILE are set, or one cannot be read
 */
export async function readAddresses(
  env: NodeJS.ProcessEnv = process.env,
  file = devEnvFile,
): Promise<Addresses> {
  const written = parseEnvFile(await readIfThere(file));
  return {
    auth: env['AUTH_ADDRESS'] || written.get('AUTH_ADDRESS'),
    billing: env['BILLING_ADDRESS'] || written.get('BILLING_ADDRESS'),
    tls: await readCertificate(env),
  };
}

async function readCertificate(env: NodeJS.ProcessEnv): Promise<OperatorCertificate | undefined> {
  const variables = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE'];
  if (!variables.some((name) => env[name])) return undefined;
  const [certificate, key, authority] = await Promise.all(
    variables.map((name) => readNamed(name, env[name])),
  );
  return { certificate: certificate!, key: key!, authority: authority! };
}

async function readNamed(variable: string, file: string | undefined): Promise<Buffer> {
  if (!file)
    throw new CommandFailure(
      exitCodes.usage,
      `${variable} is required when another of the TLS files is named`,
    );
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CommandFailure(exitCodes.usage, `${variable} names a file that cannot be read`, { cause });
  }
}

/** Lines KEY=value, the value as it is or in quotes; every other line is passed over. */
export function parseEnvFile(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/^(?:export )?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  return new Map(
    pairs.map(([, key = '', value = '']) => [key, value.trim().replace(/^(['"])(.*)\1$/, '$2')]),
  );
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
