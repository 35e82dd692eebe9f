import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Where the services answer, as host:port. Undefined: nobody said. */
export interface Addresses {
  auth: string | undefined;
  billing: string | undefined;
}

const devEnvFile = fileURLToPath(new URL('../../../.tokenroute/dev.env', import.meta.url));

/**
 * AUTH_ADDRESS and BILLING_ADDRESS from the environment; what it does not set, from the file that `npm start` writes.
 */
export async function readAddresses(
  env: NodeJS.ProcessEnv = process.env,
  file = devEnvFile,
): Promise<Addresses> {
  const written = parseEnvFile(await readIfThere(file));
  return {
    auth: env['AUTH_ADDRESS'] || written.get('AUTH_ADDRESS'),
    billing: env['BILLING_ADDRESS'] || written.get('BILLING_ADDRESS'),
  };
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
