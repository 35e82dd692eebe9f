import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adaptedProviders } from '@tokenroute/local-system';
import { readExceptions } from './exceptions.js';
import { toolFolder } from './repository.js';

test('the exceptions can be read, and none is there twice', () => {
  const keys = readExceptions().map(({ case: id, check }) => `${id} ${check}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('an exception without a reason is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-exceptions-'));
  try {
    const file = join(folder, 'exceptions.json');
    writeFileSync(file, JSON.stringify([{ case: 'a', check: 'usage', reason: 'wrong' }]));
    expect(() => readExceptions(file)).toThrow('reason');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every provider with an adapter has a model to be asked for', () => {
  const models = JSON.parse(readFileSync(join(toolFolder, 'models.json'), 'utf8')) as object;
  expect(Object.keys(models)).toEqual(expect.arrayContaining([...adaptedProviders]));
});
