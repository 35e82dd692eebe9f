import { ConfigError } from '@tokenroute/service-kit';

/** A key as configured. */
export interface ConfiguredKey {
  key: string;
  /** Its share of the requests, in proportion to the others'. */
  weight: number;
}

const highestWeight = 1_000;
/** What a header can carry; a key of any provider is of these. */
const looksLikeKey = /^[\x21-\x7e]+$/;

/**
 * A provider's keys as a file has them: one a line, with a weight after it if it is not 1, and comments behind `#`.
 * @param variable which named the file
 * @throws ConfigError naming variable and line, never what is in it
 */
export function readKeyFile(text: string, variable: string): ConfiguredKey[] {
  const keys: ConfiguredKey[] = [];
  const lineOf = new Map<string, number>();
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const refuse = (problem: string) =>
      new ConfigError(`${variable}: line ${index + 1} of its file ${problem}`);
    const [key, weight = '1', ...more] = line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (key === undefined) return;
    if (more.length > 0) throw refuse('has more than a key and its weight');
    if (!looksLikeKey.test(key)) throw refuse('has a character that no key has');
    if (!/^\d{1,4}$/.test(weight) || Number(weight) < 1 || Number(weight) > highestWeight) {
      throw refuse(`has a weight that is not a whole number from 1 to ${highestWeight}`);
    }
    const earlier = lineOf.get(key);
    if (earlier !== undefined) throw refuse(`has the key of line ${earlier} again`);
    lineOf.set(key, index + 1);
    keys.push({ key, weight: Number(weight) });
  });
  if (keys.length === 0) throw new ConfigError(`${variable}: its file has no key`);
  return keys;
}

/** @throws ConfigError naming the variable */
export function readSingleKey(key: string, variable: string): ConfiguredKey[] {
  if (!looksLikeKey.test(key)) throw new ConfigError(`${variable}: has a character that no key has`);
  return [{ key, weight: 1 }];
}
