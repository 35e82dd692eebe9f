import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StackConfig {
  repository: string;
  /** Everything the running system writes. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Whether npm runs us, so that its end is meant to be ours. */
  isRunByNpm: boolean;
}

export function readConfig(): StackConfig {
  const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
  return {
    repository,
    folder: join(repository, '.tokenroute'),
    environment: { ...process.env },
    isRunByNpm: Boolean(process.env.npm_lifecycle_event),
  };
}
