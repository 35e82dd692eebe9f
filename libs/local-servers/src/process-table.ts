import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The command line of a living process, words separated by one space; undefined when there is none. */
export function commandLine(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // A process that ended but was not reaped yet (a zombie) has an empty command line: it counts as gone.
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      return words === '' ? undefined : words;
    } catch {
      return undefined;
    }
  }
  try {
    const line = execFileSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8' });
    const [state, ...words] = line.trim().split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : words.join(' ');
  } catch {
    return undefined;
  }
}

/** Tells a process from a later one that got the same pid; undefined when there is none. */
export function processIdentity(pid: number): string | undefined {
  if (commandLine(pid) === undefined) return undefined;
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the command in parentheses, which may itself hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  }
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

export function isRunning(pid: number): boolean {
  return commandLine(pid) !== undefined;
}

/** Waits until a process, not necessarily a child of ours, is gone. False when it outlived the time. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** Sends a signal, then SIGKILL when the process is still there after the time. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs = 10_000): Promise<void> {
  if (!sendSignal(pid, signal)) return;
  if (await waitUntilGone(pid, timeoutMs)) return;
  sendSignal(pid, 'SIGKILL');
  if (!(await waitUntilGone(pid, 5_000))) throw new Error(`process ${pid} does not end`);
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
