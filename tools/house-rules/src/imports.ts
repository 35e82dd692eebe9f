import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from './workspace.js';

/** What a source file imports, types included, as written in it. */
export async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(join(repositoryRoot, file), 'utf8');
  return ts.preProcessFile(text, true, true).importedFiles.map((imported) => imported.fileName);
}

/** Names of our own projects among the imports: `money` for '@tokenroute/money'. */
export function ownProjects(imports: string[]): string[] {
  const names = imports.flatMap((imported) => /^@tokenroute\/([^/]+)$/.exec(imported)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** The file a relative import of `file` names, as a path from the repository root; undefined for any other import. */
export function relativeTarget(file: string, imported: string): string | undefined {
  if (!imported.startsWith('.')) return undefined;
  return join(dirname(file), imported).replace(/\.js$/, '.ts');
}

/** Import cycles, each as the files on the way round. Empty when there are none. */
export function importCycles(importedBy: ReadonlyMap<string, string[]>): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file]);
      return;
    }
    if (finished.has(file)) return;
    for (const target of importedBy.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of importedBy.keys()) visit(file, []);
  return cycles;
}

/** Names of packages from the registry among the imports: '@grpc/grpc-js', 'zod'. */
export function packages(imports: string[]): string[] {
  const names = imports
    .filter((imported) => !/^(\.|node:|@tokenroute\/)/.test(imported))
    .map((imported) => imported.split('/', imported.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)].sort();
}
