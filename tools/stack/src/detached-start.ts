import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackConfig } from './config.js';

export type SupervisorMessage = { line: string } | { ready: true };

/** Starts the supervisor as a process of its own, shows its progress, and leaves it alone once the system answers. */
export function startDetached(config: StackConfig): Promise<number> {
  const logFile = join(config.folder, 'logs', 'supervisor.log');
  mkdirSync(join(config.folder, 'logs'), { recursive: true });
  const log = openSync(logFile, 'a', 0o600);
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'supervise'], {
    cwd: config.repository,
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return new Promise((resolve) => {
    child.on('message', (message: SupervisorMessage) => {
      if ('line' in message) return process.stdout.write(`${message.line}\n`);
      child.disconnect();
      child.unref();
      return resolve(0);
    });
    child.once('exit', (code, signal) => {
      if (code !== 0)
        process.stdout.write(`✘ the start ended with ${signal ?? `exit code ${code}`}. Log: ${logFile}\n`);
      resolve(code ?? 1);
    });
    child.once('error', (error) => {
      process.stdout.write(`✘ the supervisor could not be started: ${error.message}\n`);
      resolve(1);
    });
  });
}
