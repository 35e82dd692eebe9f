import { ConfigError } from './load-config.js';
import type { Logger } from './logger.js';
import { SecretFile } from './secret-file.js';

export interface SecretOptions<Value> {
  variable: string;
  /** What the variable has. */
  text: string | undefined;
  /** What the variable with `_FILE` behind its name has: a file that may be replaced while the service runs. */
  file: string | undefined;
  /**
   * @param source the variable that the text comes from
   * @throws ConfigError naming it, never what is in it
   */
  read: (text: string, source: string) => Value;
  logger: Logger;
  /** The file was replaced. */
  onChange?: (value: Value) => void;
}

/**
 * A secret as it is now, from a variable or a file.
 * @returns null when neither is set
 * @throws ConfigError naming the variable
 */
export function openSecret<Value>(options: SecretOptions<Value>): { readonly value: Value } | null {
  const { variable, text, file, read, logger, onChange } = options;
  const fileVariable = `${variable}_FILE`;
  if (file === undefined) return text === undefined ? null : { value: read(text, variable) };
  if (text !== undefined) throw new ConfigError(`${variable}: set it or ${fileVariable}, not both`);
  const readFile = (content: string) => read(content, fileVariable);
  return new SecretFile({ variable: fileVariable, path: file, read: readFile, logger }).follow(onChange);
}

/** Secrets as a file has them: one a line, with comments behind `#`; at least one. */
export function readSecretLines(text: string, source: string): readonly string[] {
  const secrets = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter(Boolean);
  if (secrets.length === 0) throw new ConfigError(`${source}: has no secret`);
  if (secrets.some((secret) => /\s/.test(secret)))
    throw new ConfigError(`${source}: has a line of two words`);
  return secrets;
}
