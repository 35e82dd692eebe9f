import { Fault } from '@tokenroute/faults';

/** Longer than clocks drift apart and timers ring early in a minute: whoever waits exactly so long is not early. */
const marginMs = 50;

/** A 429 of our own: what was exceeded, and after how long the same request has room. */
export class RateLimited extends Fault {
  constructor(
    /** The limit, as the message and the metrics name it. */
    readonly exceeded: string,
    waitMs: number,
    /** The state of the key's limits, for the answer. */
    readonly headers: Record<string, string> = {},
  ) {
    const retryAfterSeconds = Math.ceil((waitMs + marginMs) / 1_000);
    super('rate-limited', `Rate limit exceeded (${exceeded}). Retry after ${retryAfterSeconds}s.`, {
      retryAfterSeconds,
    });
  }
}
