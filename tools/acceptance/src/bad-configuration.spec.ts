import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..', '..');
const services = readdirSync(join(repository, 'apps')).filter((app) =>
  existsSync(join(repository, 'apps', app, 'dist', 'main.js')),
);

/** Runs a service until it ends by itself. */
function start(
  service: string,
  environment: Record<string, string>,
): Promise<{ code: unknown; stderr: string }> {
  const entry = join(repository, 'apps', service, 'dist', 'main.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [entry], { env: environment }, (error, _stdout, stderr) =>
      resolve({ code: error?.code, stderr }),
    );
  });
}

test('every service is asked', () => {
  expect(services).toHaveLength(9);
});

test.each(services)(
  '%s does not start on a bad configuration, and names each variable without its value',
  async (service) => {
    const bad = { LOG_LEVEL: 'canary-level', SHUTDOWN_DELAY_MS: 'canary-delay', SHUTDOWN_TIMEOUT_MS: '0' };
    const { code, stderr } = await start(service, bad);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The configuration is not usable:\n/);
    for (const variable of Object.keys(bad)) expect(stderr).toContain(`  ${variable}: `);
    expect(stderr).not.toContain('canary');
  },
);

test.each(services)('%s does not start without what it needs, and names it', async (service) => {
  const { code, stderr } = await start(service, {});
  expect(code).toBe(1);
  expect(stderr).toMatch(/ [A-Z][A-Z_]+: is required/);
});
