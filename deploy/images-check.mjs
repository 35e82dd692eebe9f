// Writes what the images hold and runs the system from it: npm run images. A minute or more of processor time, so that it
// is no part of `npm test`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Not below the repository, where a module that an image lacks would be found in node_modules after all.
const folder = mkdtempSync(join(tmpdir(), 'tokenroute-images-'));
const repository = fileURLToPath(new URL('../', import.meta.url));
const run = (command, args, env = {}) =>
  spawnSync(command, args, { cwd: repository, stdio: 'inherit', env: { ...process.env, ...env } }).status;

try {
  process.exitCode =
    run('npm', ['run', '--silent', 'build']) ||
    run(process.execPath, ['deploy/image-contents.mjs', folder]) ||
    run('npm', ['test', '--', 'acceptance/src/images'], { IMAGES_FOLDER: folder });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
