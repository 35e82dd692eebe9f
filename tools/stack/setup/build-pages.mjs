import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FailedStep, repository, runStep } from './steps.mjs';

const dashboard = join(repository, 'apps', 'dashboard');
// In the folder of the service that serves them: its image is made of that folder.
const builtPage = join(repository, 'apps', 'dashboard-api', 'dist', 'built-pages', 'index.html');
const sources = [
  ...['src', 'public', 'index.html', 'vite.config.mjs'].map((name) => join(dashboard, name)),
  join(repository, 'libs', 'money', 'src'),
  // Customers read the repository's own documents.
  join(repository, 'docs'),
  join(repository, 'README.md'),
  join(repository, 'package-lock.json'),
];

/** Builds the dashboard's pages, unless they are newer than everything they are made of. */
export async function buildPages() {
  if (!isOutdated()) return;
  const vite = join(repository, 'node_modules', 'vite', 'bin', 'vite.js');
  await runStep('dashboard pages built', {
    command: process.execPath,
    args: [vite, 'build'],
    cwd: dashboard,
    log: 'build-pages',
  });
}

function isOutdated() {
  if (!existsSync(builtPage)) return true;
  const builtAt = statSync(builtPage).mtimeMs;
  return sources.flatMap(filesOf).some((file) => statSync(file).mtimeMs > builtAt);
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await buildPages();
  } catch (error) {
    console.error(error instanceof FailedStep ? `✘ ${error.message}` : error);
    process.exitCode = 1;
  }
}
