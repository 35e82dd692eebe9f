import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, runProgram } from './steps.mjs';

const reporter = join(repository, 'tools', 'stack', 'setup', 'test-count-reporter.cjs');

/**
 * Runs jest and closes with the line `N passed, N failed`.
 *
 * @param {string[]} args passed on to jest
 * @param {string[]} [projects] jest's configurations; all projects' by default
 * @returns {Promise<number>} the exit code: 0 only when nothing failed and jest itself is content
 */
export async function runTests(args, projects) {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-jest-'));
  try {
    const counts = join(folder, 'counts.json');
    const config = join(folder, 'jest.config.json');
    writeFileSync(config, JSON.stringify(withReporter(counts, projects)));
    const jest = join(repository, 'node_modules', 'jest', 'bin', 'jest.js');
    const { code } = await runProgram({
      command: process.execPath,
      args: [jest, '--config', config, ...args],
      env: jestEnvironment(),
      show: true,
    });
    const { passed, failed } = existsSync(counts)
      ? JSON.parse(readFileSync(counts, 'utf8'))
      : { passed: 0, failed: 1 };
    console.log(`${passed} passed, ${failed} failed`);
    return code === 0 && failed === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// A reporter with options can only be named in a configuration file.
function withReporter(counts, chosenProjects) {
  const { projects, ...rest } = createRequire(import.meta.url)(join(repository, 'jest.config.cjs'));
  return {
    ...rest,
    rootDir: repository,
    projects: chosenProjects ?? projects,
    reporters: ['default', [reporter, { file: counts }]],
  };
}

function jestEnvironment() {
  const flags = '--experimental-vm-modules --no-warnings=ExperimentalWarning';
  return { ...process.env, NODE_OPTIONS: [process.env.NODE_OPTIONS, flags].filter(Boolean).join(' ') };
}
