import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));

export interface Project {
  /** Folder from the repository root: `apps/gateway`. */
  folder: string;
  tags: string[];
  /** Folders of the projects it uses, sorted; not those that only its tests use. */
  uses: string[];
}

interface GraphFile {
  graph: {
    nodes: Record<string, { data: { root: string; tags: string[] } }>;
    dependencies: Record<string, { target: string }[]>;
  };
}

/** The projects as Nx sees them: from every import, and every package.json. What only tests use is left out. */
export async function projectGraph(): Promise<Project[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenroute-graph-'));
  const file = join(folder, 'graph.json');
  const nx = join(repositoryRoot, 'node_modules/nx/dist/bin/nx.js');
  await promisify(execFile)(process.execPath, [nx, 'graph', `--file=${file}`], {
    cwd: repositoryRoot,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const { nodes, dependencies } = (JSON.parse(await readFile(file, 'utf8')) as GraphFile).graph;
  await rm(folder, { recursive: true });
  const projects = Object.entries(nodes).map(async ([name, { data }]) => {
    const { devDependencies = {} } = await readPackageJson(data.root);
    const targets = (dependencies[name] ?? []).map(({ target }) => target);
    return {
      folder: data.root,
      tags: data.tags.filter((tag) => /^(type|scope):/.test(tag)),
      uses: [...new Set(targets)]
        .filter((target) => target in nodes && !(target in devDependencies))
        .map((target) => nodes[target]!.data.root)
        .sort(),
    };
  });
  return (await Promise.all(projects)).sort((a, b) => a.folder.localeCompare(b.folder));
}

export interface PackageJson {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  nx?: { tags?: string[] };
}

export async function readPackageJson(folder: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(repositoryRoot, folder, 'package.json'), 'utf8')) as PackageJson;
}

/** Source files under `folder/src`, as paths from the repository root, without generated ones. */
export async function sourceFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(repositoryRoot, folder, 'src'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile() && /\.(m?ts|tsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(repositoryRoot.length))
    .filter((file) => !/\/src\/(gen|generated)\//.test(file))
    .sort();
}

/** Tests, and what a project's tests alone share: `src/testing`, which no build contains. */
export function isOfTests(file: string): boolean {
  return file.endsWith('.spec.ts') || /\/src\/testing\//.test(file);
}

/** What a project measures itself with: `bench/*.mjs`, which uses what its tests may use. */
export async function benchmarkFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(repositoryRoot, folder, 'bench')).catch(() => []);
  return entries.filter((name) => name.endsWith('.mjs')).map((name) => join(folder, 'bench', name));
}

/** Folders of the apps that run as a service of their own. The dashboard's pages are served by apps/dashboard-api. */
export async function serviceFolders(): Promise<string[]> {
  const apps = (await projectFolders()).filter((folder) => folder.startsWith('apps/'));
  const entries = await Promise.all(apps.map((folder) => readdir(join(repositoryRoot, folder, 'src'))));
  return apps.filter((_, index) => entries[index]!.includes('main.ts'));
}

/** Folders of all projects: `apps/auth`, `libs/money`, … */
export async function projectFolders(): Promise<string[]> {
  const groups = await Promise.all(
    ['apps', 'libs', 'tools'].map(async (group) => {
      const entries = await readdir(join(repositoryRoot, group), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, basename(entry.name)));
    }),
  );
  return groups.flat().sort();
}
