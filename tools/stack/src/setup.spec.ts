import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Lock {
  packages: Record<string, object>;
}
const setup = join(import.meta.dirname, '..', 'setup');
const { isInstalled } = (await import(join(setup, 'install-dependencies.mjs'))) as {
  isInstalled: (lock: Lock, installed: Lock) => boolean;
};

describe('dependencies are installed anew', () => {
  const lock = { packages: { '': {}, 'libs/x': {}, 'node_modules/a': { version: '1.0.0' } } };

  test('not when node_modules holds what the lock file says', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
  });

  test('when a version differs or a package is missing', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(isInstalled(lock, { packages: {} })).toBe(false);
  });

  test('not for a package that is meant for another platform', () => {
    expect(
      isInstalled({ packages: { 'node_modules/b': { version: '1.0.0', optional: true } } }, { packages: {} }),
    ).toBe(true);
  });
});

test('a test file that could not run counts as failed in the closing line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reporter-'));
  try {
    const file = join(folder, 'counts.json');
    const Reporter = createRequire(import.meta.url)(join(setup, 'test-count-reporter.cjs')) as new (
      config: object,
      options: { file: string },
    ) => { onRunComplete(contexts: object, results: object): void };
    const results = { numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2 };
    new Reporter({}, { file }).onRunComplete({}, results);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ passed: 5, failed: 3 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
