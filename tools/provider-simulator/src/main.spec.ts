import { transformFile } from '@swc/core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readConfig } from './config.js';

const sources = new URL('.', import.meta.url).pathname;
let built: string;

/** The process runs what Node can run; tests must not depend on a build that may be stale. */
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'provider-simulator-'));
  await writeFile(join(built, 'package.json'), '{"type":"module"}');
  for (const file of await readdir(sources, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts')) continue;
    const { code } = await transformFile(join(sources, file), {
      swcrc: false,
      module: { type: 'es6' },
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    });
    const target = join(built, file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }
});
afterAll(() => rm(built, { recursive: true }));

test('a bad PORT is named, and its value is not', () => {
  expect(() => readConfig({ PORT: 'hunter2' })).toThrow(/^PORT is not a port number$/);
  expect(readConfig({ PORT: '0', HOST: '::1' })).toEqual({ host: '::1', port: 0 });
});

test('the process says loudly that it simulates, answers, and ends on SIGTERM', async () => {
  const child = spawn(process.execPath, [join(built, 'main.js')], {
    env: { ...process.env, PORT: '0', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const said = JSON.parse(line.toString().split('\n')[0] ?? '') as {
    level: string;
    msg: string;
    url: string;
  };
  expect(said).toMatchObject({ level: 'warn', msg: expect.stringContaining('PROVIDER SIMULATOR') });
  expect((await fetch(`${said.url}/healthz`)).status).toBe(200);
  const stalled = fetch(`${said.url}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key', 'x-simulator': 'ttfb=60000' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x' }] }),
  }).catch(() => 'broken off');
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
  expect(await stalled).toBe('broken off');
});
