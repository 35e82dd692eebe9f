import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './workspace.js';

/** Licences that let everybody use, change and sell what contains them, and ask for no more than their text and names. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);

/** Others, each for one package, with why it is no trouble. */
const exceptions: Record<string, string> = {
  elkjs:
    'EPL-2.0: drawn in by the command line of Prisma, with which developers write migrations; no image has it',
};

interface LockedPackage {
  license?: string;
  dev?: boolean;
  link?: boolean;
}

/** Of an SPDX expression: all that `AND` joins, any of what `OR` does. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (/ or /i.test(bare)) return bare.split(/ or /i).some(isAllowed);
  return bare.split(/ and /i).every((licence) => allowed.has(licence));
}

async function lockedPackages(): Promise<[name: string, locked: LockedPackage][]> {
  const lock = JSON.parse(await readFile(join(repositoryRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(lock.packages)
    .filter(([folder, { dev, link }]) => folder.includes('node_modules/') && !dev && !link)
    .map(([folder, locked]) => [folder.replace(/^.*node_modules\//, ''), locked]);
}

test('expressions are read as SPDX means them', () => {
  expect(['MIT', '(MIT OR GPL-3.0)', '(Apache-2.0 AND BSD-3-Clause)', 'MIT and ISC'].map(isAllowed)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN LICENSE', 'UNLICENSED', ''].map(isAllowed)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('everything an image may contain is under a licence that asks nothing of our customers', async () => {
  const packages = await lockedPackages();
  expect(packages.length).toBeGreaterThan(100);
  const others = packages.filter(
    ([name, { license }]) => !(name in exceptions) && (license === undefined || !isAllowed(license)),
  );
  expect(others.map(([name, { license }]) => `${name}: ${license ?? 'none told'}`)).toEqual([]);
});

test('every exception is still needed', async () => {
  const names = new Set((await lockedPackages()).map(([name]) => name));
  expect(Object.keys(exceptions).filter((name) => !names.has(name))).toEqual([]);
});
