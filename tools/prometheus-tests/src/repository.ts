import { fileURLToPath } from 'node:url';

/** A file or folder of the repository. @param path from its root */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
