import { performance } from 'node:perf_hooks';
import { ConfigError, type Logger, openSecret } from '@tokenroute/service-kit';
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
  const options = {
    authorize: (secret: string) => dialect.authorize(secret),
    now: () => performance.now(),
    onRefused: ({ fingerprint }: { fingerprint: string }, words: string | undefined) =>
      logger.error({ key: fingerprint, internal: words }, 'provider key: refused, left alone for a while'),
  };
  const secret = openSecret({
    variable,
    text: key,
    file,
    read: (text, source) => (source === variable ? readSingleKey(text, source) : readKeyFile(text, source)),
    logger,
    onChange: (keys) => ring.replace(keys),
  });
  if (!secret) throw new ConfigError(`${variable}: is required, or ${variable}_FILE`);
  const ring = new KeyRing(secret.value, options);
  return ring;
}
