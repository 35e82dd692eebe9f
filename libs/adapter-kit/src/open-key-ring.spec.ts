import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, createLogger } from '@tokenroute/service-kit';
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

  const open = (key?: string, keyFile?: string) =>
    openKeyRing(
      { variable: 'ACME_API_KEY', key, file: keyFile },
      { authorize: (secret) => ({ authorization: secret }) },
      logger,
    ).all.map(({ headers, weight }) => [headers['authorization'], weight]);

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
});
