import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isRecent, kubectl } from './kubectl.js';

test('there is a kubectl that is new enough', async () => {
  expect(await isRecent(await kubectl())).toBe(true);
}, 300_000);

test.each([
  ['an old one', `echo '{"clientVersion":{"major":"1","minor":"20+"}}'`, false],
  ['a new one', `echo '{"clientVersion":{"major":"1","minor":"32+"}}'`, true],
  ['one that fails', 'exit 1', false],
])('%s is told', async (_which, script, recent) => {
  const folder = await mkdtemp(join(tmpdir(), 'tokenroute-kubectl-'));
  const program = join(folder, 'kubectl');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  expect(await isRecent(program)).toBe(recent);
  await rm(folder, { recursive: true });
});
