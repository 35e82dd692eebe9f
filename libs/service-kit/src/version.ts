import { readFileSync } from 'node:fs';

/** The product's version: every project of the repository has the same, so this package's tells it. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
