import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findConformanceFolder } from './conformance-folder.js';

const scripts = ['run.mjs', 'replay.mjs', 'check-native.mjs', 'openapi.mjs', 'openapi.json', 'package.json'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenroute-recordings-'));
  for (const name of scripts) writeFileSync(join(folder, name), '{}');
  for (const name of ['cases', 'others']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'others', 'a.case.json'), '{}');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a folder of scripts has its recordings in cases/', () => {
  expect(findConformanceFolder(folder)).toMatchObject({ scripts: folder, cases: join(folder, 'cases') });
});

test('other recordings are found beside the scripts', () => {
  const others = join(folder, 'others');
  expect(findConformanceFolder(others)).toMatchObject({ scripts: folder, cases: others });
});

test('what is missing is named', () => {
  rmSync(join(folder, 'replay.mjs'));
  expect(() => findConformanceFolder(folder)).toThrow(join(folder, 'replay.mjs'));
  expect(() => findConformanceFolder(join(folder, 'nowhere'))).toThrow('--cases');
});
