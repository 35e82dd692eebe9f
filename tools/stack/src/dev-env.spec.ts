import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devEnvFile, readDevEnv, writeDevEnv } from './dev-env.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dev-env-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const values = {
  BILLING_DATABASE_URL: 'postgresql://u:p@127.0.0.1:5/tokenroute?schema=billing&sslmode=require',
  TOKENROUTE_API_KEY: 'sk-tr-abc',
  ODD: `it's $HOME; "quoted"`,
};

test('what is written is read back', () => {
  writeDevEnv(folder, values);
  expect(readDevEnv(folder)).toEqual(values);
});

test('a shell that sources the file sees the same values', () => {
  writeDevEnv(folder, values);
  const script = `set -a; . ${devEnvFile(folder)}; ${process.execPath} -p 'JSON.stringify(process.env)'`;
  expect(JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))).toMatchObject(values);
});

test('only its owner can read it, also when it was there before', () => {
  writeDevEnv(folder, values);
  execFileSync('chmod', ['644', devEnvFile(folder)]);
  writeDevEnv(folder, values);
  expect(statSync(devEnvFile(folder)).mode & 0o777).toBe(0o600);
});

test('where nothing was started yet there is nothing', () => {
  expect(readDevEnv(folder)).toEqual({});
});
