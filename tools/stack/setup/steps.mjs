import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const oldestNode = [20, 19];

/** A step that failed in a way its message explains. */
export class FailedStep extends Error {}

export function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new FailedStep(
    `Node ${process.versions.node} is too old: ${oldestNode.join('.')} or newer is needed`,
  );
}

export const seconds = (beginMs) => `${((Date.now() - beginMs) / 1000).toFixed(1)} s`;

/**
 * Runs a program and says how long it took. Its output goes to .tokenroute/logs/<log>.log and, when it fails, the end
 * of it into the message; with `show` it goes straight to the terminal.
 *
 * @param {string} title what the step is, for a person
 * @param {{ command: string, args: string[], cwd?: string, env?: NodeJS.ProcessEnv, log?: string, show?: boolean }} step
 * @returns {Promise<string>} its output, unless shown
 */
export async function runStep(
  title,
  { command, args, cwd = repository, env = process.env, log, show = false },
) {
  const begin = Date.now();
  const { code, output } = await runProgram({ command, args, cwd, env, show });
  const logFile = log === undefined || show ? undefined : writeLog(log, output);
  if (code === 0) {
    console.log(`✔ ${title} (${seconds(begin)})`);
    return output;
  }
  const tail = output.trimEnd().split('\n').slice(-25).join('\n').replace(/^/gm, '    ');
  const where = logFile === undefined ? '' : ` Log: ${logFile}`;
  throw new FailedStep(`${title} failed (${code}, ${seconds(begin)}).${where}${show ? '' : `\n${tail}`}`);
}

/** @returns {Promise<{ code: number | string, output: string }>} code is the exit code, or the signal's name */
export function runProgram({ command, args, cwd = repository, env = process.env, show = false }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', ...Array(2).fill(show ? 'inherit' : 'pipe')],
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? signal, output: Buffer.concat(chunks).toString() }),
    );
  });
}

function writeLog(name, output) {
  const file = join(repository, '.tokenroute', 'logs', `${name}.log`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, output);
  return file;
}
