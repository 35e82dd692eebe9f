/**
 * The commands behind npm start, stop, test and check, on a clone where nothing is installed or built yet:
 * plain JavaScript without dependencies up to the point where compiled code can take over.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { check } from './setup/check.mjs';
import { compile } from './setup/compile.mjs';
import { installDependencies } from './setup/install-dependencies.mjs';
import { runTests } from './setup/run-tests.mjs';
import { FailedStep, refuseOldNode } from './setup/steps.mjs';

const main = fileURLToPath(new URL('./dist/main.js', import.meta.url));
const [command = 'help', ...args] = process.argv.slice(2);

const commands = {
  start: async () => {
    await build();
    await (await import('./setup/build-pages.mjs')).buildPages();
    // In this process, so that Ctrl-C and kill reach the one who ends the services. It reads the same arguments.
    await import(main);
  },
  stop: async () => {
    if (existsSync(main)) await import(main);
    else console.log('Nothing to stop: tokenroute was never started here.');
  },
  test: async () => {
    try {
      await build();
    } catch (error) {
      console.error(error instanceof FailedStep ? `✘ ${error.message}` : error);
      console.log('0 passed, 1 failed');
      process.exitCode = 1;
      return;
    }
    process.exitCode = await runTests(args);
  },
  e2e: async () => {
    await build();
    await (await import('./setup/build-pages.mjs')).buildPages();
    process.exitCode = await runTests(args, ['<rootDir>/tools/browser-tests/jest.browser.config.cjs']);
  },
  prometheus: async () => {
    await build();
    process.exitCode = await runTests(args, ['<rootDir>/tools/prometheus-tests/jest.prometheus.config.cjs']);
  },
  check: async () => {
    await installDependencies();
    process.exitCode = await check();
  },
};

async function build() {
  await installDependencies();
  // Imported late: it uses nothing of node_modules, but says nothing before they are there.
  const { generateClients } = await import('./generate.mjs');
  await generateClients();
  await compile();
}

try {
  refuseOldNode();
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (run === undefined)
    throw new FailedStep(`unknown command ${command}: ${Object.keys(commands).join(', ')}`);
  await run();
} catch (error) {
  console.error(error instanceof FailedStep ? `✘ ${error.message}` : error);
  process.exitCode = 1;
}
