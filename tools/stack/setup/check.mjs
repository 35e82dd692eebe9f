import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typeScript } from './compile.mjs';
import { contractsBefore } from './contracts-before.mjs';
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
  const run = (title, command, ...args) => step(title, () => runStep(title, { command, args }));
  await Promise.all([
    run('contracts lint', bin('buf'), 'lint'),
    step('contracts are current', generatedContractsAreCurrent),
    step('contracts keep their word', contractsAreCompatible),
    step('database clients', async () => (await import('../generate.mjs')).generateClients()),
  ]);
  await run('compile', process.execPath, typeScript, '-b');
  // The linter uses one core, and what its types come from is there now.
  await Promise.all([
    run('lint and boundaries', bin('eslint'), '.'),
    run('types of the tests', process.execPath, typeScript, '-p', 'tsconfig.lint.json'),
    run('format', bin('prettier'), '--check', '.'),
  ]);
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

/** Compares proto/ with the version before this one. A branch is held to where it left main, main to its last commit. */
async function contractsAreCompatible() {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-contracts-before-'));
  try {
    const commit = await contractsBefore(folder, repository);
    if (commit === undefined) {
      console.log('- contracts: no version before this one to compare with');
      return;
    }
    await runStep(`contracts break nobody who relies on ${commit.slice(0, 7)}`, {
      command: bin('buf'),
      args: ['breaking', '--against', folder],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
