import { setTimeout as pause } from 'node:timers/promises';
import type { Revocation } from '../oracle/facts.js';
import type { Random } from '../random.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import type { Key } from './customers.js';

/** Revokes one key after the other while clients go on using them. */
export class KeyRevocations {
  readonly revocations: Revocation[] = [];
  private ending = false;
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly system: ChaosSystem,
    private readonly keys: readonly Key[],
    private readonly random: Random,
  ) {}

  start(): void {
    this.working = this.work();
  }

  /** Resolves when auth has confirmed every revocation that was begun. */
  async finish(givenUp: AbortSignal): Promise<void> {
    this.ending = true;
    await this.working;
    for (const revocation of this.revocations) {
      while (!givenUp.aborted && revocation.confirmedAt === null) await this.revoke(revocation);
    }
  }

  private async work(): Promise<void> {
    for (const { id, secret, accountId } of this.keys) {
      await pause(this.random.whole(2_000, 5_000));
      if (this.ending) return;
      const revocation: Revocation = {
        keyId: id,
        secret,
        accountId,
        askedAt: Date.now(),
        confirmedAt: null,
      };
      this.revocations.push(revocation);
      for (let attempt = 0; attempt < 3 && revocation.confirmedAt === null; attempt += 1)
        await this.revoke(revocation);
    }
  }

  private async revoke(revocation: Revocation): Promise<void> {
    try {
      await this.system.operator.revokeKey(revocation.keyId);
      revocation.confirmedAt = Date.now();
    } catch {
      await pause(500);
    }
  }
}
