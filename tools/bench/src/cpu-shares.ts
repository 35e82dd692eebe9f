import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Version 1 of control groups has a tree for each resource, version 2 one for all. */
const version1 = '/sys/fs/cgroup/cpu';
const version2 = '/sys/fs/cgroup';
const emptyWithinMs = 2_000;

/**
 * Weighs processes as a container runtime does, each in a control group of its own. Without, Linux weighs sessions
 * (`sched_autogroup`): each service is one, and so is each connection of PostgreSQL, whatever their niceness.
 */
export class CpuShares {
  private readonly groups: string[] = [];

  /**
   * @param milliCpu thousandths of a core, as Kubernetes' CPU requests: a weight among those that want a core, no limit
   * @throws where there are no control groups, or none may be made
   */
  give(name: string, pids: readonly number[], milliCpu: number): void {
    const hasVersion1 = existsSync(version1);
    const group = join(
      hasVersion1 ? version1 : version2,
      `tokenroute-${process.pid}-${this.groups.length}-${name}`,
    );
    mkdirSync(group);
    this.groups.push(group);
    const shares = Math.round((milliCpu * 1_024) / 1_000);
    if (hasVersion1) writeFileSync(join(group, 'cpu.shares'), String(shares));
    else writeFileSync(join(group, 'cpu.weight'), String(toWeight(shares)));
    for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid));
  }

  /** To be called when the processes have been ended: a group goes when it is empty. */
  async end(): Promise<void> {
    const deadline = Date.now() + emptyWithinMs;
    for (const group of this.groups.splice(0)) {
      while (!remove(group) && Date.now() < deadline) await delay(20);
    }
  }
}

/** As runtimes map the range of version 1 to that of version 2. */
function toWeight(shares: number): number {
  return 1 + Math.round(((shares - 2) * 9_999) / 262_142);
}

function remove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
