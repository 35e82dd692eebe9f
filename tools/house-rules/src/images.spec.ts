import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { importsOf, ownProjects, packages } from './imports.js';
import {
  isOfTests,
  projectFolders,
  readPackageJson,
  repositoryRoot,
  serviceFolders,
  sourceFiles,
} from './workspace.js';

// An image has what its program loads. What that may be is said by the root package.json's `dependencies`, of which the SBOM is made.

const folders = await projectFolders();
const services = await serviceFolders();
const inImages = folders.filter(
  (folder) =>
    services.includes(folder) || folder === 'tools/provider-simulator' || folder === 'tools/tokenroute-cli',
);

/** What a project's code imports, its tests aside, and what the projects it uses import in turn. */
async function everyImport(folder: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const files = (await sourceFiles(folder)).filter((file) => !isOfTests(file));
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

test('the SBOM names every package that images may have, and no other of ours or of npm’s', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: repositoryRoot,
    maxBuffer: 64 * 1024 * 1024,
  });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; licenses?: unknown[] }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const names = components.map(({ name }) => name);
  const { dependencies = {}, devDependencies = {} } = await readPackageJson('.');
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies)));
  // Of a package of theirs: `pg-protocol` is nobody's but pg's.
  expect(names).toContain('pg-protocol');
  expect(names.filter((name) => ['jest', 'nx', 'vite', 'eslint'].includes(name))).toEqual([]);
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(['jest', 'nx', 'vite', 'eslint']));
}, 180_000);

test('the Dockerfile takes nothing from elsewhere but its base images, and runs as nobody', async () => {
  const dockerfile = await readFile(join(repositoryRoot, 'deploy/Dockerfile'), 'utf8');
  expect(dockerfile).not.toMatch(/^# *syntax=/m);
  expect(dockerfile).not.toMatch(/\b(curl|wget|ADD)\b/);
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base!);
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage!);
  expect(new Set(bases.filter((base) => !stages.includes(base)))).toEqual(
    new Set(['node:24-slim', 'scratch', 'gcr.io/distroless/nodejs24-debian12:nonroot']),
  );
  expect(dockerfile).not.toMatch(/^USER root/m);
  expect(inImages.map((folder) => folder.split('/')[1]).filter((name) => !stages.includes(name!))).toEqual(
    [],
  );
});
