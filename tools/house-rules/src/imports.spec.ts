import { importCycles, importsOf, ownProjects, relativeTarget } from './imports.js';
import { projectFolders, sourceFiles } from './workspace.js';

describe('import cycles', () => {
  test('a cycle is found, with the files on the way round', () => {
    const importedBy = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['b']],
      ['d', []],
    ]);
    expect(importCycles(importedBy)).toEqual([['b', 'c', 'b']]);
  });

  test('two ways to the same file are no cycle', () => {
    const importedBy = new Map([
      ['a', ['b', 'c']],
      ['b', ['d']],
      ['c', ['d']],
      ['d', []],
    ]);
    expect(importCycles(importedBy)).toEqual([]);
  });

  test('a relative import is found beside the file that names it', () => {
    expect(relativeTarget('apps/auth/src/keys/x.ts', '../config.js')).toBe('apps/auth/src/config.ts');
  });

  test('our own projects are told from packages', () => {
    expect(ownProjects(['@tokenroute/money', 'zod', './money.js', '@tokenroute/faults'])).toEqual([
      'faults',
      'money',
    ]);
  });

  test('no project has one', async () => {
    const files = (await Promise.all((await projectFolders()).map(sourceFiles))).flat();
    expect(files.length).toBeGreaterThan(20);
    const imported = await Promise.all(
      files.map(async (file) =>
        (await importsOf(file)).flatMap((name) => {
          const target = relativeTarget(file, name);
          if (target === undefined) return [];
          return files.includes(`${target}x`) ? `${target}x` : target;
        }),
      ),
    );
    expect(importCycles(new Map(files.map((file, index) => [file, imported[index] ?? []])))).toEqual([]);
  });
});
