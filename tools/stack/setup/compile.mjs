import { join } from 'node:path';
import { repository, runStep } from './steps.mjs';

export const typeScript = join(repository, 'node_modules', '@typescript', 'native', 'bin', 'tsc');

/** Compiles what changed, in all projects. */
export async function compile() {
  await runStep('compiled', { command: process.execPath, args: [typeScript, '-b'], log: 'compile' });
}
