import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestSystem } from '@tokenroute/testing';

/** Put behind the name of the file of a trap that has sprung. */
export const sprungSuffix = '.sprung';

/** One exact moment of a write; see crash-trap.ts. */
export interface CrashTrap {
  /** A prepared statement's name, or the subject of a NATS request. */
  at: string;
  /** `before`: not sent. `sent`: sent, nobody will read the answer. `answered`: the answer came, nothing else has run. */
  moment: 'before' | 'sent' | 'answered';
  /** At which time that it is met, from 1. */
  occurrence: number;
}

const preload = pathToFileURL(fileURLToPath(new URL('../dist/crash-trap.js', import.meta.url))).href;

/** A service of a test that can be made to die at an exact moment. */
export class TrappedService {
  private readonly file: string;

  constructor(
    private readonly service: string,
    folder: string,
  ) {
    this.file = join(folder, `${service}.trap`);
  }

  /** What the service needs in its environment. */
  get environment(): Record<string, string> {
    return { NODE_OPTIONS: `--import=${preload}`, CRASH_TRAP_FILE: this.file };
  }

  set(trap: CrashTrap): void {
    rmSync(this.file + sprungSuffix, { force: true });
    // A half-written file must not be read.
    writeFileSync(`${this.file}.new`, JSON.stringify(trap));
    renameSync(`${this.file}.new`, this.file);
  }

  /** Resolves when the service has died; rejects when it was not by the trap. */
  async died(system: TestSystem): Promise<void> {
    while (system.pid(this.service) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    if (!existsSync(this.file + sprungSuffix)) throw new Error(`${this.service} died, but not by the trap`);
  }
}
