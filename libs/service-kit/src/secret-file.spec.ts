import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { ConfigError } from './load-config.js';
import { metricsText } from './metrics.js';
import { SecretFile } from './secret-file.js';

/** One word that begins with "s". */
function read(text: string): string {
  if (!text.startsWith('s')) throw new ConfigError('SECRET_FILE: has no secret');
  return text.trim();
}

describe('a file of secrets', () => {
  let folder: string;
  let path: string;
  let log: string;
  const logger = pino(
    new Writable({
      write(line: Buffer, _encoding, done) {
        log += line.toString();
        done();
      },
    }),
  );

  beforeEach(() => {
    log = '';
    folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
    path = join(folder, 'secret');
    writeFileSync(path, 's1\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (variable = 'SECRET_FILE') => new SecretFile({ variable, path, read, logger });
  const lines = async (variable: string) =>
    (await metricsText()).split('\n').filter((line) => line.includes(`"${variable}"`));

  test('that is missing or not usable stops the start, naming the variable', () => {
    writeFileSync(path, 'hunter2');
    expect(open).toThrow(new ConfigError('SECRET_FILE: has no secret'));
    rmSync(path);
    expect(open).toThrow(new ConfigError('SECRET_FILE: its file cannot be read (ENOENT)'));
  });

  test('is used as it was changed, and who follows it is told once', async () => {
    const file = open();
    const told: string[] = [];
    file.follow((value) => told.push(value));
    await file.look();
    writeFileSync(path, 's2');
    await file.look();
    await file.look();
    expect([file.value, told]).toEqual(['s2', ['s2']]);
    expect(log).not.toContain('s2');
  });

  test('is found again where a link above it was swapped', async () => {
    for (const name of ['one', 'two']) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'secret'), `s-${name}`);
    }
    symlinkSync('one', join(folder, '..data'));
    path = join(folder, '..data', 'secret');
    const file = open();
    expect(file.value).toBe('s-one');
    symlinkSync('two', join(folder, '..new'));
    renameSync(join(folder, '..new'), join(folder, '..data'));
    await file.look();
    expect(file.value).toBe('s-two');
  });

  test.each([
    ['cannot be read', () => rmSync(path), '(ENOENT)'],
    ['has nothing usable', () => writeFileSync(path, 'hunter2'), 'has no secret'],
  ])('that %s changes nothing, is told once, and in no words of its own', async (_, spoil, words) => {
    const variable = `SPOILT_${words.length}`;
    const file = open(variable);
    spoil();
    await file.look();
    await file.look();
    expect(file.value).toBe('s1');
    expect(log.match(/cannot be used/g)).toHaveLength(1);
    expect(log).toContain(words);
    expect(log).not.toContain('hunter2');
    expect(await lines(variable)).toEqual([
      `tokenroute_secret_file_reloads_total{variable="${variable}",outcome="refused"} 1`,
      `tokenroute_secret_file_refused{variable="${variable}"} 1`,
    ]);
    writeFileSync(path, 's1\n');
    await file.look();
    expect(await lines(variable)).toContain(`tokenroute_secret_file_refused{variable="${variable}"} 0`);
  });
});
