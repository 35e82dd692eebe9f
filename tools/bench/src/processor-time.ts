import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second whatever the kernel's own clock is. */
const tickMs = 10;

/** Processor time by name, in milliseconds. */
export type ProcessorTime = Record<string, number>;

/** A process, or a server process with all its children. Those of one name are counted together. */
export interface Watched {
  name: string;
  pid: number;
  withChildren?: boolean;
}

/** Processor time since each process began, its children's included where asked for, those that ended too. */
export function readProcessorTime(watched: readonly Watched[]): ProcessorTime {
  const times: ProcessorTime = {};
  for (const { name, pid, withChildren } of watched) {
    const own = readStat(pid);
    if (own === undefined) continue;
    times[name] =
      (times[name] ?? 0) +
      (withChildren ? own.ownMs + own.endedChildrenMs + livingChildrenMs(pid) : own.ownMs);
  }
  return times;
}

/** Of the whole machine since it started; what a hypervisor gave to others counts as busy with something else. */
export function readMachineBusyMs(): number {
  const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) * tickMs;
}

export function difference(after: ProcessorTime, before: ProcessorTime): ProcessorTime {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** Processes that a process started and that live. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readStat(pid)?.parent === parent);
}

function livingChildrenMs(parent: number): number {
  return childrenOf(parent).reduce((sum, pid) => sum + (readStat(pid)?.ownMs ?? 0), 0);
}

function readStat(pid: number): { parent: number; ownMs: number; endedChildrenMs: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // After the command in parentheses, which may itself hold spaces: state is field 3, the parent 4, times 14 to 17.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return {
    parent: fields[1]!,
    ownMs: (fields[11]! + fields[12]!) * tickMs,
    endedChildrenMs: (fields[13]! + fields[14]!) * tickMs,
  };
}
