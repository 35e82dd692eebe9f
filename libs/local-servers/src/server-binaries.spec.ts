import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries, postgresFolders, systemSearchPath } from './server-binaries.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'binaries-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function install(path: string, ...programs: string[]): string {
  const folder = join(root, path);
  mkdirSync(folder, { recursive: true });
  for (const program of programs) {
    writeFileSync(join(folder, program), '#!/bin/sh\n');
    chmodSync(join(folder, program), 0o755);
  }
  return folder;
}

test('the first folder with the program wins', () => {
  const first = install('a', 'nats-server');
  const second = install('b', 'nats-server');
  expect(findBinaries('nats', [join(root, 'none'), first, second])).toBe(first);
});

test('a file that cannot be run is not a program', () => {
  const folder = install('a', 'redis-server');
  chmodSync(join(folder, 'redis-server'), 0o644);
  expect(findBinaries('redis', [folder])).toBeUndefined();
});

test('PostgreSQL without initdb does not count', () => {
  const clientOnly = install('client', 'postgres');
  const full = install('full', 'postgres', 'initdb');
  expect(findBinaries('postgres', [clientOnly, full])).toBe(full);
});

test('newer versions of PostgreSQL come first, but existing data choose their own', () => {
  const old = install('postgresql/9/bin', 'postgres', 'initdb');
  const recent = install('postgresql/15/bin', 'postgres', 'initdb');
  const folders = postgresFolders(join(root, 'postgresql'));
  expect(folders).toEqual([recent, old]);
  expect(findBinaries('postgres', folders)).toBe(recent);
  expect(findBinaries('postgres', folders, '9')).toBe(old);
  expect(findBinaries('postgres', folders, '16')).toBeUndefined();
});

test('PATH is searched before the usual folders', () => {
  const path = systemSearchPath('/one:/two');
  expect(path.slice(0, 2)).toEqual(['/one', '/two']);
  expect(path).toContain('/usr/sbin');
});
