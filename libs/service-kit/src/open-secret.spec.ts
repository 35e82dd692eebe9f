import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './load-config.js';
import { createLogger } from './logger.js';
import { openSecret, readSecretLines } from './open-secret.js';

describe('a secret', () => {
  let file: string;
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'secret');
    writeFileSync(file, '# until May\nold\nnew # from May on\n');
  });
  afterEach(() => rmSync(join(file, '..'), { recursive: true }));

  const open = (text?: string, path?: string) =>
    openSecret({
      variable: 'SECRET',
      text,
      file: path,
      read: readSecretLines,
      logger: createLogger('test', 'fatal'),
    });

  test('comes from its variable, from a file, or is not there', () => {
    expect(open('one')?.value).toEqual(['one']);
    expect(open(undefined, file)?.value).toEqual(['old', 'new']);
    expect(open()).toBeNull();
  });

  test('that is set twice, empty or torn stops the start, naming the variable', () => {
    expect(() => open('one', file)).toThrow(new ConfigError('SECRET: set it or SECRET_FILE, not both'));
    expect(() => open('one two')).toThrow(new ConfigError('SECRET: has a line of two words'));
    writeFileSync(file, '# none\n');
    expect(() => open(undefined, file)).toThrow(new ConfigError('SECRET_FILE: has no secret'));
  });
});
