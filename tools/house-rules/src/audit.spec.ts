import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './workspace.js';

/** What `npm run audit` makes of an answer of npm's. */
async function audit(answer: string): Promise<{ status: number | null; stdout: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenroute-audit-'));
  const file = join(folder, 'answer.json');
  await writeFile(file, answer);
  const { status, stdout } = spawnSync(process.execPath, [join(repositoryRoot, 'deploy/audit.mjs'), file], {
    encoding: 'utf8',
  });
  await rm(folder, { recursive: true });
  return { status, stdout };
}

const report = (...severities: string[]) => {
  const vulnerabilities = severities.map((severity, index) => {
    const name = `package-${index}`;
    return [name, { name, severity, via: ['another', { title: 'A hole', url: 'https://example.com' }] }];
  });
  return JSON.stringify({ auditReportVersion: 2, vulnerabilities: Object.fromEntries(vulnerabilities) });
};

test('a high or critical hole fails, by its name', async () => {
  const { status, stdout } = await audit(report('high', 'low', 'critical'));
  expect(status).toBe(1);
  expect(stdout).toContain('✘ package-0: high\n    A hole https://example.com');
  expect(stdout).toContain('✘ package-2: critical');
  expect(stdout).not.toContain('package-1');
});

test.each([report(), report('low', 'moderate')])('what is less, or nothing, passes', async (answer) => {
  expect(await audit(answer)).toEqual({ status: 0, stdout: expect.stringContaining('No high or critical') });
});

test.each(['', 'null', '{"message":"405 Method Not Allowed"}', '{"error":{"code":"ENOTFOUND"}}'])(
  'a registry that cannot be asked (%j) fails nothing, and does not count as a clean one',
  async (answer) => {
    expect(await audit(answer)).toEqual({
      status: 0,
      stdout: expect.stringContaining('nothing was checked'),
    });
  },
);
