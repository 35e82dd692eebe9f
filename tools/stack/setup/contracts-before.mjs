import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './steps.mjs';

/** What may hold the contracts that others rely on, best first: main as it was fetched, main, the commit before this one. */
const candidates = ['origin/main', 'main', 'HEAD~1'];

/**
 * Puts proto/ and buf.yaml of the version before this one into a folder.
 *
 * @param {string} folder
 * @param {string} [repository] whose git history is asked
 * @returns {Promise<string | undefined>} the commit they are of; undefined when history does not go back so far
 */
export async function contractsBefore(folder, repository) {
  const git = (...args) => runProgram({ command: 'git', args, cwd: repository });
  const head = (await git('rev-parse', 'HEAD')).output.trim();
  for (const candidate of candidates) {
    // Where the branch left main: what main has gained since is not this change's to keep.
    const { code, output } = await git('merge-base', 'HEAD', candidate);
    const commit = output.trim();
    if (code !== 0 || commit === head) continue;
    mkdirSync(folder, { recursive: true });
    const archive = join(folder, 'contracts.tar');
    const made = await git('archive', '--output', archive, commit, 'proto', 'buf.yaml');
    if (made.code !== 0) continue;
    const unpacked = await runProgram({ command: 'tar', args: ['-xf', archive, '-C', folder] });
    if (unpacked.code === 0) return commit;
  }
  return undefined;
}
