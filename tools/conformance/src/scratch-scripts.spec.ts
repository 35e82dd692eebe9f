import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './repository.js';
import { prepareScripts } from './scratch-scripts.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenroute-scripts-')));
  mkdirSync(join(folder, 'from'));
  const dependencies = { openai: '^6', ajv: '^8' };
  writeFileSync(join(folder, 'from', 'package.json'), JSON.stringify({ dependencies }));
  writeFileSync(join(folder, 'from', 'replay.mjs'), 's.socket.setNoDelay(true);');
  writeFileSync(join(folder, 'from', 'README.md'), '');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('scripts find the packages they ask for among the repository’s own', async () => {
  const to = await prepareScripts(join(folder, 'from'), join(folder, 'to'));
  const { resolve } = createRequire(join(to, 'run.mjs'));
  expect(resolve('ajv/dist/2020')).toContain(join(repository, 'node_modules'));
  expect(resolve('openai')).toContain(join(repository, 'node_modules', 'openai'));
  const { version } = JSON.parse(readFileSync(join(to, 'node_modules', 'ajv', 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(version).toMatch(/^8\./);
});

test('scripts are copied and what else is there is not; the original stays as it is', async () => {
  const to = await prepareScripts(join(folder, 'from'), join(folder, 'to'));
  expect(existsSync(join(to, 'README.md'))).toBe(false);
  expect(readFileSync(join(to, 'replay.mjs'), 'utf8')).toBe('q.socket.setNoDelay(true);');
  expect(readFileSync(join(folder, 'from', 'replay.mjs'), 'utf8')).toBe('s.socket.setNoDelay(true);');
});
