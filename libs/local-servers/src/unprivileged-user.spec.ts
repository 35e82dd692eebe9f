import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReachable, reachableFolder } from './unprivileged-user.js';

let root: string;
// A user that owns nothing here and is in nobody's group.
const someone = { name: 'someone', uid: 60_001, gid: 60_001 };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reach-'));
  chmodSync(root, 0o755);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a folder below a closed one cannot be reached', () => {
  const closed = join(root, 'closed');
  mkdirSync(join(closed, 'inner'), { recursive: true });
  expect(isReachable(join(closed, 'inner'), someone)).toBe(true);
  chmodSync(closed, 0o700);
  expect(isReachable(join(closed, 'inner'), someone)).toBe(false);
});

test('data below a closed folder go to one substitute, the same at every start', () => {
  const closed = join(root, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const wanted = join(closed, 'data');
  const substitute = reachableFolder(wanted, someone);
  try {
    expect(substitute).not.toBe(wanted);
    expect(isReachable(substitute, someone)).toBe(true);
    expect(reachableFolder(wanted, someone)).toBe(substitute);
  } finally {
    rmSync(substitute, { recursive: true, force: true });
  }
});

test('without another user, or with an open way, the wanted folder is used and made', () => {
  expect(reachableFolder(join(root, 'mine'), undefined)).toBe(join(root, 'mine'));
  expect(reachableFolder(join(root, 'open'), someone)).toBe(join(root, 'open'));
  expect(existsSync(join(root, 'open'))).toBe(true);
});
