import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftover, type ProcessSpec, readPid, startProcess } from './local-process.js';
import { endLeftoversBelow } from './leftovers.js';
import { isRunning, processIdentity } from './process-table.js';

let folder: string;
const strangers: (() => void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-process-'));
});

afterEach(async () => {
  for (const end of strangers.splice(0)) end();
  await endLeftoversBelow(folder);
  rmSync(folder, { recursive: true, force: true });
});

const sleeper = 'console.log("up"); setInterval(() => {}, 1000)';

function spec(script: string, change: Partial<ProcessSpec> = {}): ProcessSpec {
  return {
    name: 'sleeper',
    command: process.execPath,
    args: ['-e', script, '--', `${folder}/mark`],
    mark: `${folder}/mark`,
    cwd: folder,
    env: {},
    logFile: join(folder, 'logs', 'sleeper.log'),
    pidFile: join(folder, 'run', 'sleeper.pid'),
    stopSignal: 'SIGTERM',
    ...change,
  };
}

test('a stopped process is gone, and so is its pid file', async () => {
  const child = await startProcess(spec(sleeper));
  expect(readPid(join(folder, 'run', 'sleeper.pid'))).toBe(child.pid);
  await child.stop();
  expect(await child.ended).toBe('signal SIGTERM');
  expect(isRunning(child.pid)).toBe(false);
  expect(existsSync(join(folder, 'run', 'sleeper.pid'))).toBe(false);
});

test('a program that does not exist fails with its name', async () => {
  await expect(startProcess(spec('', { command: join(folder, 'no-such-program') }))).rejects.toThrow(
    /no-such-program/,
  );
});

test('the next start ends what a former one left running', async () => {
  const former = await startProcess(spec(sleeper));
  const next = await startProcess(spec(sleeper));
  expect(isRunning(former.pid)).toBe(false);
  expect(isRunning(next.pid)).toBe(true);
});

test('a stranger that got the pid of a former process is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', sleeper], { stdio: ['ignore', 'pipe', 'ignore'] });
  strangers.push(() => stranger.kill('SIGKILL'));
  await once(stranger.stdout, 'data');
  const pidFile = join(folder, 'stranger.pid');
  writeFileSync(pidFile, String(stranger.pid));
  expect(await endLeftover(pidFile, `${folder}/mark`, 'SIGKILL')).toBe(false);
  expect(isRunning(stranger.pid!)).toBe(true);
});

test('a folder whose name merely begins the same is not the same folder', async () => {
  const child = await startProcess(
    spec(sleeper, { args: ['-e', sleeper, '--', `${folder}-2/mark`], mark: `${folder}-2/mark` }),
  );
  expect(await endLeftoversBelow(folder)).toEqual([]);
  expect(isRunning(child.pid)).toBe(true);
  await child.stop();
});

test('everything left below a folder is found and ended', async () => {
  const child = await startProcess(spec(sleeper));
  expect(await endLeftoversBelow(folder)).toEqual(['sleeper']);
  expect(isRunning(child.pid)).toBe(false);
});

test('a log of more than ten megabytes is set aside at the start', async () => {
  const first = await startProcess(spec('0'));
  await first.ended;
  const log = join(folder, 'logs', 'sleeper.log');
  writeFileSync(log, 'x'.repeat(10 * 1024 * 1024 + 1));
  const second = await startProcess(spec('console.log("fresh")'));
  await second.ended;
  expect(readFileSync(log, 'utf8')).toBe('fresh\n');
  expect(statSync(`${log}.old`).size).toBe(10 * 1024 * 1024 + 1);
});

test('a process keeps its identity, and an ended one has none', async () => {
  const child = await startProcess(spec(sleeper));
  const identity = processIdentity(child.pid);
  expect(identity).toBeDefined();
  expect(processIdentity(child.pid)).toBe(identity);
  await child.stop();
  expect(processIdentity(child.pid)).toBeUndefined();
});
