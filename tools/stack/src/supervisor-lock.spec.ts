import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceReady, releaseSupervisorLock, supervisor, takeSupervisorLock } from './supervisor-lock.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('only one process runs the system, and says where once it answers', () => {
  expect(takeSupervisorLock(folder)).toBeUndefined();
  expect(takeSupervisorLock(folder)).toMatchObject({ pid: process.pid });
  announceReady(folder, 'http://127.0.0.1:8080/v1');
  expect(takeSupervisorLock(folder)).toMatchObject({ baseUrl: 'http://127.0.0.1:8080/v1' });
  releaseSupervisorLock(folder);
  expect(supervisor(folder)).toBeUndefined();
  expect(takeSupervisorLock(folder)).toBeUndefined();
});

test('the lock of a process that is gone is taken over, even when its pid lives on in another', () => {
  takeSupervisorLock(folder);
  const file = join(folder, 'run', 'supervisor.json');
  const mine = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; identity: string };
  writeFileSync(file, JSON.stringify({ pid: mine.pid, identity: 'started long ago' }));
  expect(supervisor(folder)).toBeUndefined();
  expect(takeSupervisorLock(folder)).toBeUndefined();
});
