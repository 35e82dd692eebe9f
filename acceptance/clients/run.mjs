/** npm run acceptance:clients, on a clone where nothing is installed or built yet. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, typeScript } from '../../tools/stack/setup/compile.mjs';
import { installDependencies, isInstalled } from '../../tools/stack/setup/install-dependencies.mjs';
import { FailedStep, refuseOldNode, runStep } from '../../tools/stack/setup/steps.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

async function installClients() {
  const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), 'utf8'));
  const installed = ['node_modules', '.package-lock.json'];
  if (existsSync(join(folder, ...installed)) && isInstalled(read('package-lock.json'), read(...installed)))
    return;
  await runStep('client libraries installed', {
    command: 'npm',
    args: ['ci', '--prefer-offline', '--no-audit', '--no-fund'],
    cwd: folder,
    log: 'install-clients',
  });
}

try {
  refuseOldNode();
  await installDependencies();
  const { generateClients } = await import('../../tools/stack/generate.mjs');
  await generateClients();
  await compile();
  await installClients();
  await runStep('client acceptance compiled', {
    command: process.execPath,
    args: [typeScript, '-p', folder],
  });
  await import('./dist/src/main.js');
} catch (error) {
  console.error(error instanceof FailedStep ? `✘ ${error.message}` : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
