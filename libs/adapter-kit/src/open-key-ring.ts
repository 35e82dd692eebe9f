import { performance } from 'node:perf_hooks';
import { ConfigError, type Logger, SecretFile } from '@tokenroute/service-kit';
import { KeyRing } from './key-ring.js';
import type { ProviderDialect } from './provider-dialect.js';
import { readKeyFile, readSingleKey } from './provider-keys.js';

/** Where an adapter has its provider's keys from: exactly one of the two. */
export interface KeySettings {
  /** e.g. `OPENAI_API_KEY`; the file's has `_FILE` behind it. */
  variable: string;
  key: string | undefined;
  /** One key a line; may be replaced while the service runs. */
  file: string | undefined;
}

/** @throws ConfigError naming the variable, never a key */
export function openKeyRing(
  { variable, key, file }: KeySettings,
  dialect: Pick<ProviderDialect, 'authorize'>,
  logger: Logger,
): KeyRing {
  const fileVariable = `${variable}_FILE`;
  const options = {
    authorize: (secret: string) => dialect.authorize(secret),
    now: () => performance.now(),
    onRefused: ({ fingerprint }: { fingerprint: string }, words: string | undefined) =>
      logger.error({ key: fingerprint, internal: words }, 'provider key: refused, left alone for a while'),
  };
  if (key !== undefined && file !== undefined) {
    throw new ConfigError(`${variable}: set it or ${fileVariable}, not both`);
  }
  if (key !== undefined) return new KeyRing(readSingleKey(key, variable), options);
  if (file === undefined) throw new ConfigError(`${variable}: is required, or ${fileVariable}`);
  const read = (text: string) => readKeyFile(text, fileVariable);
  const secrets = new SecretFile({ variable: fileVariable, path: file, read, logger });
  const ring = new KeyRing(secrets.value, options);
  secrets.follow((keys) => ring.replace(keys));
  return ring;
}
