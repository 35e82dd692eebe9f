import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning, startProcess } from '@tokenroute/local-servers';
import { createTestFolder, removeTestFolder, sweepTestFolders } from './test-folder.js';

function startIn(folder: string) {
  return startProcess({
    name: 'left',
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)', '--', `${folder}/mark`],
    mark: `${folder}/mark`,
    cwd: folder,
    env: {},
    logFile: join(folder, 'logs', 'left.log'),
    pidFile: join(folder, 'system-1', 'run', 'left.pid'),
    stopSignal: 'SIGTERM',
  });
}

test('what a killed test run left is ended and removed, a living one is left alone', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'sweep-'));
  try {
    const abandoned = join(parent, 'tokenroute-test-abandoned');
    const living = join(parent, 'tokenroute-test-living');
    const stranger = join(parent, 'something-else');
    for (const folder of [abandoned, living, stranger]) mkdirSync(folder);
    // No process has pid 2 ** 22 + 1: Linux ends before it.
    writeFileSync(join(abandoned, 'owner.json'), JSON.stringify({ pid: 4_194_305, identity: '1' }));
    const own = createTestFolder();
    writeFileSync(join(living, 'owner.json'), readFileSync(join(own, 'owner.json')));
    const left = await startIn(abandoned);
    expect(await sweepTestFolders(parent)).toEqual([abandoned]);
    expect(isRunning(left.pid)).toBe(false);
    expect([abandoned, living, stranger].map((folder) => existsSync(folder))).toEqual([false, true, true]);
    await removeTestFolder(own);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
