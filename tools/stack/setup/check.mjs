import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeScript } from './compile.mjs';
import { runTests } from './run-tests.mjs';
import { FailedStep, repository, runProgram, runStep } from './steps.mjs';

const bin = (name) => join(repository, 'node_modules', '.bin', name);

/**
 * Everything that has to be true of a change. All steps run, so that one look shows all there is to mend.
 *
 * @returns {Promise<number>} the exit code
 */
export async function check() {
  const failed = [];
  const step = async (title, work) => {
    try {
      await work();
    } catch (error) {
      failed.push(title);
      console.log(`✘ ${error instanceof FailedStep ? error.message : (error?.stack ?? error)}`);
    }
  };
  await step('format', () => runStep('format', { command: bin('prettier'), args: ['--check', '.'] }));
  await step('database clients', async () => (await import('../generate.mjs')).generateClients());
  await step('contracts lint', () => runStep('contracts lint', { command: bin('buf'), args: ['lint'] }));
  await step('contracts are current', generatedContractsAreCurrent);
  await step('compile', () => runStep('compile', { command: process.execPath, args: [typeScript, '-b'] }));
  await step('types of the tests', () =>
    runStep('types of the tests', {
      command: process.execPath,
      args: [typeScript, '-p', 'tsconfig.lint.json'],
    }),
  );
  await step('lint and boundaries', () =>
    runStep('lint and boundaries', { command: bin('eslint'), args: ['.'] }),
  );
  const testsCode = await runTests([]);
  if (failed.length > 0) console.log(`✘ failed: ${failed.join(', ')}`);
  return failed.length === 0 ? testsCode : 1;
}

/** Generates from proto/ beside the committed code and compares. */
async function generatedContractsAreCurrent() {
  const title = 'contracts are current';
  const committed = join('libs', 'contracts', 'src', 'gen');
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-contracts-'));
  try {
    const template = join(folder, 'buf.gen.yaml');
    const original = readFileSync(join(repository, 'buf.gen.yaml'), 'utf8');
    writeFileSync(template, original.replace(`out: ${committed}`, `out: ${join(folder, 'gen')}`));
    await runStep('contracts generated for comparison', {
      command: bin('buf'),
      args: ['generate', '--template', template],
    });
    if (!existsSync(join(folder, 'gen')))
      throw new FailedStep(`${title}: nothing was generated aside; see buf.gen.yaml`);
    const diff = ['--no-pager', 'diff', '--no-index', '--stat', committed, join(folder, 'gen')];
    const { code, output } = await runProgram({ command: 'git', args: diff });
    if (code !== 0) throw new FailedStep(`${title} failed: run \`npx buf generate\` and commit.\n${output}`);
    console.log(`✔ ${title}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
