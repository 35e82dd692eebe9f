import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { commandLine, endProcess } from './process-table.js';

export interface ProcessSpec {
  name: string;
  command: string;
  args: readonly string[];
  /** A piece of the command line that no other process has: how a leftover is told from a stranger. */
  mark: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Takes stdout and stderr. */
  logFile: string;
  pidFile: string;
  /** What asks the process to end. */
  stopSignal: NodeJS.Signals;
  user?: { uid: number; gid: number };
}

/** A child process that outlives neither its stop() nor the next start with the same pid file. */
export interface LocalProcess {
  name: string;
  pid: number;
  /** How it ended, in words: "exit code 1", "signal SIGKILL". Never rejects. */
  ended: Promise<string>;
  hasEnded(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to end, insists after ten seconds, resolves when it is gone. */
  stop(): Promise<void>;
}

const largestLogBytes = 10 * 1024 * 1024;

/** Starts a process of its own group, so that Ctrl-C in a terminal reaches only the one who decides the order of the end. */
export async function startProcess(spec: ProcessSpec): Promise<LocalProcess> {
  await endLeftover(spec.pidFile, spec.mark, spec.stopSignal);
  mkdirSync(dirname(spec.pidFile), { recursive: true });
  const log = openLog(spec.logFile);
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    stdio: ['ignore', log, log],
    detached: true,
    ...spec.user,
  });
  closeSync(log);
  let alive = true;
  const ended = new Promise<string>((resolve) => {
    const end = (how: string) => {
      alive = false;
      resolve(how);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${spec.command} could not be started: ${await ended}`);
  writeFileSync(spec.pidFile, `${pid}\n`);
  void ended.then(() => forgetPid(spec.pidFile, pid));

  return {
    name: spec.name,
    pid,
    ended,
    hasEnded: () => !alive,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      if (!alive) return;
      child.kill(spec.stopSignal);
      const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(insist);
    },
  };
}

/**
 * Ends the process a former start left behind. Only when the pid file names a living process whose command line
 * carries the mark: a pid may belong to a stranger by now.
 */
export async function endLeftover(pidFile: string, mark: string, signal: NodeJS.Signals): Promise<boolean> {
  const pid = readPid(pidFile);
  if (pid === undefined) return false;
  const isOurs = `${commandLine(pid)} `.includes(`${mark} `);
  if (isOurs) await endProcess(pid, signal);
  rmSync(pidFile, { force: true });
  return isOurs;
}

export function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The end of a log file, for an error message. */
export function lastLines(file: string, count = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

function forgetPid(pidFile: string, pid: number): void {
  if (readPid(pidFile) === pid) rmSync(pidFile, { force: true });
}

/** Opens for appending; a log that grew large is kept once, as `.old`. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestLogBytes)
    renameSync(file, `${file}.old`);
  const log = openSync(file, 'a', 0o600);
  chmodSync(file, 0o600);
  return log;
}
