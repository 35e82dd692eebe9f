import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository, runStep } from './steps.mjs';

const lockFile = join(repository, 'package-lock.json');
const installedFile = join(repository, 'node_modules', '.package-lock.json');
// Which lock file our own last `npm ci` followed.
const stampFile = join(repository, 'node_modules', '.tokenroute-installed');

/** Runs `npm ci` when node_modules is missing or is not what package-lock.json says. */
export async function installDependencies() {
  const lock = readFileSync(lockFile, 'utf8');
  const stamp = createHash('sha256').update(lock).digest('hex');
  if (existsSync(installedFile)) {
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
    if (isInstalled(JSON.parse(lock), JSON.parse(readFileSync(installedFile, 'utf8')))) return;
  }
  console.log('… installing dependencies (npm ci), the first time takes a minute');
  // What the cache holds need not be asked for again: the lock file's checksums say whether it is the right thing.
  await runStep('dependencies installed', {
    ...npm('ci', '--prefer-offline', '--no-audit', '--no-fund'),
    log: 'install',
  });
  writeFileSync(stampFile, stamp);
}

/**
 * Compares contents, not times: a checkout sets times anew, and `npm install` writes the two files in either order.
 *
 * @param {{ packages: Record<string, object> }} lock
 * @param {{ packages: Record<string, object> }} installed
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = installed.packages[path];
    // What is meant for other platforms, or for nobody any more, is in the lock file and nowhere else.
    if (found === undefined)
      return Boolean(wanted.optional || wanted.devOptional || wanted.peer || wanted.extraneous);
    return wanted.link === true || found.version === wanted.version;
  });
}

/** The npm that runs us, if one does: its path is the only way to it on some systems. */
function npm(...args) {
  const path = process.env.npm_execpath;
  return path?.endsWith('.js')
    ? { command: process.execPath, args: [path, ...args] }
    : { command: 'npm', args };
}
