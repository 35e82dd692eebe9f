import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from './workspace.js';

export interface LintProbe {
  /** Path from the repository root; the file need not exist. */
  file: string;
  text: string;
}

/**
 * The ids of the rules that each text breaks under the repository's own configuration. Nx starts without its cache, as
 * in a fresh clone: then the boundary rule would pass everything, if the configuration did not see to it.
 */
export async function lintProbes(probes: LintProbe[]): Promise<string[][]> {
  const emptyCache = await mkdtemp(join(tmpdir(), 'tokenroute-lint-'));
  const script = fileURLToPath(new URL('lint-probes.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, repositoryRoot], {
    cwd: repositoryRoot,
    env: { ...process.env, NX_WORKSPACE_DATA_DIRECTORY: emptyCache },
  });
  child.stdin.end(JSON.stringify(probes));
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  await rm(emptyCache, { recursive: true });
  if (exitCode !== 0) throw new Error(`lint-probes.mjs ended with ${exitCode}: ${errors}`);
  return JSON.parse(output) as string[][];
}
