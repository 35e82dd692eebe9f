import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from './repository.js';

/**
 * Copies the scripts to where they find their packages: a folder of recordings may be anybody's, and is only read.
 * @returns the folder
 */
export async function prepareScripts(scripts: string, folder: string): Promise<string> {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of readdirSync(scripts)) {
    if (name.endsWith('.mjs') || name === 'package.json')
      copyFileSync(join(scripts, name), join(folder, name));
  }
  answerPipelinedRequests(join(folder, 'replay.mjs'));
  if (!linkPackages(folder)) {
    const install = ['install', '--no-audit', '--no-fund', '--prefer-offline'];
    await promisify(execFile)('npm', install, { cwd: folder });
  }
  return folder;
}

/**
 * The replay server takes the socket from its response, which has none while the answer before it on the same connection
 * is not ended, and so it ends itself on the next request. A body of known length is complete for the client before that,
 * with `delay` for milliseconds. The request always has the socket.
 */
function answerPipelinedRequests(script: string): void {
  const text = readFileSync(script, 'utf8');
  writeFileSync(script, text.replace('s.socket.setNoDelay(', 'q.socket.setNoDelay('));
}

/** The repository's own packages spare the network, where they are of the version that is asked for. */
function linkPackages(folder: string): boolean {
  const wanted = readPackage(folder).dependencies ?? {};
  const found = Object.entries(wanted).map(([name, range]) => ({ name, path: ownPackage(name, range) }));
  if (found.some(({ path }) => path === undefined)) return false;
  for (const { name, path } of found) symlinkSync(path!, join(folder, 'node_modules', name), 'dir');
  return true;
}

/** Fastify brings the ajv that is asked for; another one, older, may lie at the top of node_modules. */
const holders: readonly (readonly string[])[] = [[], ['fastify', '@fastify/ajv-compiler']];

function ownPackage(name: string, range: string): string | undefined {
  const major = /\d+/.exec(range)?.[0];
  for (const holder of holders) {
    try {
      let from = join(repository, 'package.json');
      for (const step of [...holder, name]) from = createRequire(from).resolve(step);
      const path = packageFolder(from, name);
      if (readPackage(path).version?.split('.')[0] === major) return path;
    } catch {
      // Not installed: the next one, or npm.
    }
  }
  return undefined;
}

function packageFolder(file: string, name: string): string {
  let folder = dirname(file);
  while (!folder.endsWith(join('node_modules', name))) {
    if (folder === dirname(folder)) throw new Error(`${file} is in no package ${name}`);
    folder = dirname(folder);
  }
  return folder;
}

function readPackage(folder: string): { version?: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    version?: string;
    dependencies?: Record<string, string>;
  };
}
