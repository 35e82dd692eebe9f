import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

test('an uncompiled tool says how to compile it, and ends with 3', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tokenroute-cli-'));
  await cp(fileURLToPath(new URL('../bin', import.meta.url)), join(folder, 'bin'), { recursive: true });
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>(
    (resolve) => {
      execFile(
        process.execPath,
        [join(folder, 'bin/tokenroute.mjs'), 'model', 'list'],
        (error, out, messages) => {
          resolve({ code: error?.code, stdout: out, stderr: messages });
        },
      );
    },
  );
  await rm(folder, { recursive: true });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('npm run build');
});
