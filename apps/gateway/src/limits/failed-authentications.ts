import { RateLimited } from './rate-limited.js';

const minuteMs = 60_000;
export const maxRememberedAddresses = 50_000;

/**
 * Keys that an address tries and nobody has: so many a minute, all of them at once if need be. Counted when they have failed,
 * so that valid keys never count; those that were under way together are paid for by waiting, at most a minute. An address
 * is one number, the moment at which its allowance is whole again; the one longest unused gives way when there are too many.
 */
export class FailedAuthentications {
  private readonly wholeAtMs = new Map<string, number>();
  private readonly intervalMs: number;

  constructor(
    perMinute: number,
    private readonly maxAddresses = maxRememberedAddresses,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.intervalMs = minuteMs / perMinute;
  }

  /** @throws RateLimited when another key that nobody has would be one too many */
  requireRoom(address: string): void {
    const now = this.nowMs();
    const excessMs = (this.wholeAtMs.get(address) ?? now) + this.intervalMs - now - minuteMs;
    if (excessMs > 0) throw new RateLimited('failed authentications', excessMs);
  }

  failed(address: string): void {
    const now = this.nowMs();
    const wholeAtMs = Math.max(this.wholeAtMs.get(address) ?? now, now) + this.intervalMs;
    // Deleted first, so that the map's order is the order of use.
    this.wholeAtMs.delete(address);
    this.wholeAtMs.set(address, Math.min(wholeAtMs, now + 2 * minuteMs));
    if (this.wholeAtMs.size > this.maxAddresses) this.wholeAtMs.delete(this.wholeAtMs.keys().next().value!);
  }
}
