import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adaptedProviders } from '@tokenroute/local-system';
import { applyPatch, type Patch } from './mutant.js';

/** What of a service is needed to run it; most have no migrations. */
const parts = ['package.json', 'dist', 'prisma'];

/**
 * Copies what is built of the services into a folder, and changes the copy. Libraries are those of the repository: a mutant
 * is a change of a service.
 * @returns the root of the copy
 */
export function copyProduct(repository: string, folder: string, patches: readonly Patch[]): string {
  const root = join(folder, 'product');
  const services = ['gateway', 'auth', 'billing', ...adaptedProviders.map((name) => `adapter-${name}`)];
  for (const service of [...services.map((name) => `apps/${name}`), 'tools/provider-simulator']) {
    mkdirSync(join(root, service), { recursive: true });
    for (const part of parts) copyWhenThere(join(repository, service, part), join(root, service, part));
  }
  cpSync(join(repository, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'dir');
  for (const patch of patches) {
    const file = join(root, patch.file);
    writeFileSync(file, applyPatch(readFileSync(file, 'utf8'), patch));
  }
  return root;
}

function copyWhenThere(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
