import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What NATS has on disk, and an older copy of it. Only to be touched while NATS is down. */
export class NatsStore {
  private readonly folder: string;
  private readonly olderCopy: string;

  /** @param runFolder as given to the servers, which keep NATS's streams below it */
  constructor(runFolder: string) {
    this.folder = join(runFolder, 'data', 'nats');
    this.olderCopy = join(runFolder, 'data', 'nats-older');
  }

  /** What the disk has now is what a later power cut leads back to. */
  remember(): void {
    rmSync(this.olderCopy, { recursive: true, force: true });
    cpSync(this.folder, this.olderCopy, { recursive: true });
  }

  /** As after a power cut: acknowledged messages are gone, and others are there again. Nothing remembered: all is gone. */
  setBack(): void {
    rmSync(this.folder, { recursive: true, force: true });
    if (existsSync(this.olderCopy)) cpSync(this.olderCopy, this.folder, { recursive: true });
    else mkdirSync(this.folder, { recursive: true });
  }
}
