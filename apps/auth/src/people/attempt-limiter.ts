import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '@tokenroute/service-kit';
import type { Redis } from 'ioredis';
import type { AttemptRule } from './attempt-rules.js';

export interface CountedAttempt {
  /** What is tried, such as `sign-in`. */
  what: string;
  /** By whom: an address, an e-mail address, a person. Kept as a digest alone. */
  by: string;
  rule: AttemptRule;
}

// A log of the moments of the last window: at its edge no second burst begins. Redis' own clock, so that replicas agree.
const countAttempt = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local window, most = tonumber(ARGV[1]), tonumber(ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  if redis.call('ZCARD', KEYS[1]) >= most then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return math.max(1, tonumber(oldest[2]) + window - now)
  end
  redis.call('ZADD', KEYS[1], now, ARGV[3])
  redis.call('PEXPIRE', KEYS[1], window)
  return 0
`;

/** Beyond it a local count forgets the oldest: an outage of Redis must not become one of memory. */
const mostLocalSubjects = 10_000;

/**
 * Counts attempts across replicas in Redis. While Redis is away each replica counts for itself: guessing stays limited, and
 * people can go on signing in.
 */
export class AttemptLimiter {
  private readonly local = new Map<string, number[]>();
  private isLocal = false;

  constructor(
    private readonly redis: Redis,
    private readonly logger: Logger,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Counts the attempt; 0 when it may go on, otherwise the milliseconds until the next one may. A refused one is not counted. */
  async waitMs(attempt: CountedAttempt): Promise<number> {
    const { what, by, rule } = attempt;
    const key = `auth:attempts:${what}:${createHash('sha256').update(by).digest('base64url').slice(0, 22)}`;
    try {
      const waitMs = Number(
        await this.redis.eval(countAttempt, 1, key, rule.windowMs, rule.attempts, randomUUID()),
      );
      this.isLocal = false;
      return waitMs;
    } catch (error) {
      if (!this.isLocal) {
        this.logger.warn(
          { reason: (error as Error).message },
          'sign-in limits: counted here alone, Redis is away',
        );
      }
      this.isLocal = true;
      return this.localWaitMs(key, rule);
    }
  }

  private localWaitMs(key: string, { attempts, windowMs }: AttemptRule): number {
    const now = this.nowMs();
    const recent = (this.local.get(key) ?? []).filter((moment) => moment > now - windowMs);
    this.local.delete(key);
    this.local.set(key, recent);
    if (this.local.size > mostLocalSubjects) this.local.delete(this.local.keys().next().value!);
    if (recent.length >= attempts) return recent[0]! + windowMs - now;
    recent.push(now);
    return 0;
  }
}
