import { importsOf, ownProjects, packages } from './imports.js';
import { projectFolders, readPackageJson, sourceFiles } from './workspace.js';

// An image keeps the root package.json's `dependencies` and loses its `devDependencies`.

const folders = await projectFolders();
const inImages = folders.filter(
  (folder) =>
    folder.startsWith('apps/') || folder === 'tools/provider-simulator' || folder === 'tools/tokenroute-cli',
);

/** What a project's code imports, its tests aside, and what the projects it uses import in turn. */
async function everyImport(folder: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const files = (await sourceFiles(folder)).filter((file) => !file.endsWith('.spec.ts'));
  const imports = (await Promise.all(files.map(importsOf))).flat();
  const used = folders.filter((other) => ownProjects(imports).includes(other.slice(other.indexOf('/') + 1)));
  const further = await Promise.all(used.map((other) => everyImport(other, seen)));
  return [...imports, ...further.flat()];
}

test('package names are told from paths inside a package', () => {
  const imports = ['@nestjs/common/pipes', 'zod', 'pg/lib/x', './a.js', 'node:fs', '@tokenroute/money'];
  expect(packages(imports)).toEqual(['@nestjs/common', 'pg', 'zod']);
});

test.each(inImages)('the image of %s has every package that its code imports', async (folder) => {
  const { dependencies = {} } = await readPackageJson('.');
  const imports = await everyImport(folder);
  expect(imports).not.toEqual([]);
  expect(packages(imports).filter((name) => !(name in dependencies))).toEqual([]);
});
