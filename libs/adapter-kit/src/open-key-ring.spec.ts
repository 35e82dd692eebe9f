import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { ConfigError, createLogger } from '@tokenroute/service-kit';
import type { KeyRing } from './key-ring.js';
import { openKeyRing } from './open-key-ring.js';

const logger = createLogger('adapter-acme', 'fatal');

describe('the keys of an adapter', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keys-'));
    file = join(folder, 'keys');
    writeFileSync(file, 'sk-1\nsk-2 3\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const ringOf = (key?: string, keyFile?: string) =>
    openKeyRing(
      { variable: 'ACME_API_KEY', key, file: keyFile },
      { authorize: (secret) => ({ authorization: secret }) },
      logger,
    );
  const keysOf = ({ all }: KeyRing) => all.map(({ headers, weight }) => [headers['authorization'], weight]);
  const open = (key?: string, keyFile?: string) => keysOf(ringOf(key, keyFile));

  test('come from the variable or from the file that it names', () => {
    expect(open('sk-0')).toEqual([['sk-0', 1]]);
    expect(open(undefined, file)).toEqual([
      ['sk-1', 1],
      ['sk-2', 3],
    ]);
  });

  test.each([
    ['both', () => open('sk-0', file), 'ACME_API_KEY: set it or ACME_API_KEY_FILE, not both'],
    ['neither', () => open(), 'ACME_API_KEY: is required, or ACME_API_KEY_FILE'],
    [
      'no file',
      () => open(undefined, join(folder, 'x')),
      'ACME_API_KEY_FILE: its file cannot be read (ENOENT)',
    ],
  ])('%s stops the start, naming the variable', (_, start, problem) => {
    expect(start).toThrow(new ConfigError(problem));
  });

  test('are those of a file that took the other’s place, within seconds and without a restart', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] });
    try {
      const ring = ringOf(undefined, file);
      const [kept] = ring.all;
      writeFileSync(`${file}.new`, 'sk-1 2\nsk-3\n');
      renameSync(`${file}.new`, file);
      jest.advanceTimersByTime(5_000);
      while (ring.all.length !== 2 || ring.all[1]!.headers['authorization'] !== 'sk-3')
        await new Promise((resolve) => setImmediate(resolve));
      expect(keysOf(ring)).toEqual([
        ['sk-1', 2],
        ['sk-3', 1],
      ]);
      expect(ring.all[0]).toBe(kept);
    } finally {
      jest.useRealTimers();
    }
  });
});
