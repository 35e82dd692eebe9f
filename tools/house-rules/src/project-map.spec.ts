import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importsOf, ownProjects } from './imports.js';
import { readProjectMap, toMapLine } from './project-map.js';
import {
  benchmarkFiles,
  isOfTests,
  projectFolders,
  projectGraph,
  readPackageJson,
  repositoryRoot,
  sourceFiles,
} from './workspace.js';

const folders = await projectFolders();
const readJson = async <T>(file: string) =>
  JSON.parse(await readFile(join(repositoryRoot, file), 'utf8')) as T;

describe('the map of the projects', () => {
  test('what Nx finds in the code is what ARCHITECTURE.md draws', async () => {
    const map = readProjectMap(await readFile(join(repositoryRoot, 'docs/ARCHITECTURE.md'), 'utf8'));
    const graph = (await projectGraph()).map(toMapLine);
    expect(graph).toEqual(map.sort((a, b) => a.folder.localeCompare(b.folder)));
  });

  test('a line that is not of the map is refused', () => {
    expect(() => readProjectMap('## Who uses whom\n```text\napps/gateway money\n```\n')).toThrow(
      'apps/gateway money',
    );
  });

  test('a document without a map is refused', () => {
    expect(() => readProjectMap('# Nothing here\n')).toThrow('no map');
  });
});

describe.each(folders)('%s', (folder) => {
  test('declares the projects of ours that it imports, those of its tests and benchmarks as devDependencies', async () => {
    const { dependencies = {}, devDependencies = {} } = await readPackageJson(folder);
    const files = await sourceFiles(folder);
    const importedBy = async (some: string[]) => ownProjects((await Promise.all(some.map(importsOf))).flat());
    const byCode = await importedBy(files.filter((file) => !isOfTests(file)));
    const tests = files.filter(isOfTests);
    const byTests = await importedBy([...tests, ...(await benchmarkFiles(folder))]);
    expect({
      dependencies: ownProjects(Object.keys(dependencies)),
      devDependencies: ownProjects(Object.keys(devDependencies)),
    }).toEqual({
      dependencies: byCode,
      devDependencies: byTests.filter((name) => !byCode.includes(name)),
    });
  });

  test('compiles after every project that its code imports', async () => {
    const { references } = await readJson<{ references: { path: string }[] }>(`${folder}/tsconfig.json`);
    const files = (await sourceFiles(folder)).filter((file) => !isOfTests(file));
    const imported = ownProjects((await Promise.all(files.map(importsOf))).flat());
    expect(references.map(({ path }) => path.split('/').at(-1))).toEqual(expect.arrayContaining(imported));
  });

  test('is named after its folder and has one type and one scope', async () => {
    const { name, nx } = await readPackageJson(folder);
    expect(name).toBe(`@tokenroute/${folder.split('/').at(-1)}`);
    expect(nx?.tags).toEqual([expect.stringMatching(/^type:/), expect.stringMatching(/^scope:/)]);
  });

  test('is compiled with all the others', async () => {
    const { references } = await readJson<{ references: { path: string }[] }>('tsconfig.json');
    expect(references.map(({ path }) => path)).toContain(folder);
  });
});

test('every project has the version of the repository', async () => {
  const { version } = await readJson<{ version: string }>('package.json');
  const versions = await Promise.all(
    folders.map(async (folder) => (await readJson<{ version: string }>(`${folder}/package.json`)).version),
  );
  expect(new Set(versions)).toEqual(new Set([version]));
});
