import type { Logger } from '@tokenroute/service-kit';
import type { RedisConnection } from '../redis/connect-redis.js';
import { limitsAreLocal } from './limit-metrics.js';
import type { Charge, KeyLimits, Verdict } from './sliding-window.js';
import { correctScript, takeScript } from './sliding-window-scripts.js';

type TakeReply = [
  admitted: number,
  refusedBy: number,
  waitMs: number,
  second: number,
  requests: number,
  tokens: number,
  requestsResetMs: number,
  tokensResetMs: number,
];

interface WindowCommands {
  takeFromWindow(
    key: string,
    requestLimit: number,
    tokenLimit: number,
    requests: number,
    tokens: number,
  ): Promise<TakeReply>;
  correctWindow(key: string, second: number, tokensDelta: number): Promise<number>;
}

/** After a failure one request in so long finds out whether Redis is back; the others do not wait for it. */
export const askAgainMs = 1_000;

/** The windows that all gateways share, in Redis. */
export class SharedWindows {
  private readonly commands: WindowCommands;
  private away = false;
  private askAgainAtMs = 0;

  constructor(
    redis: RedisConnection,
    private readonly logger: Logger,
  ) {
    redis.defineCommand('takeFromWindow', { numberOfKeys: 1, lua: takeScript() });
    redis.defineCommand('correctWindow', { numberOfKeys: 1, lua: correctScript });
    this.commands = redis as unknown as WindowCommands;
    limitsAreLocal.addCallback((result) => result.observe(this.away ? 1 : 0));
  }

  /** @returns null when Redis does not answer */
  async take(keyId: string, limits: KeyLimits, { requests, tokens }: Charge): Promise<Verdict | null> {
    if (this.away && performance.now() < this.askAgainAtMs) return null;
    this.askAgainAtMs = performance.now() + askAgainMs;
    try {
      const { requests: requestLimit, tokens: tokenLimit } = limits;
      const reply = await this.commands.takeFromWindow(
        windowKey(keyId),
        requestLimit ?? -1,
        tokenLimit ?? -1,
        requests,
        tokens,
      );
      this.answers();
      return toVerdict(reply);
    } catch (error) {
      this.fails(error as Error);
      return null;
    }
  }

  /** Nobody waits for it. When it is lost, the estimate counts for its minute. */
  correct(keyId: string, second: number, tokensDelta: number): void {
    if (this.away) return;
    this.commands.correctWindow(windowKey(keyId), second, tokensDelta).catch(() => undefined);
  }

  private answers(): void {
    if (this.away) this.logger.info('rate limits: exact across gateways again');
    this.away = false;
  }

  private fails({ message }: Error): void {
    if (!this.away) {
      this.logger.error(
        { reason: message },
        'rate limits: Redis does not answer, each gateway limits by itself',
      );
    }
    this.away = true;
  }
}

function windowKey(keyId: string): string {
  return `tokenroute:limits:{${keyId}}`;
}

function toVerdict(reply: TakeReply): Verdict {
  const [admitted, refusedBy, waitMs, second, requests, tokens, requestsResetMs, tokensResetMs] = reply;
  const use = { requests, tokens, requestsResetMs, tokensResetMs };
  if (admitted === 1) return { kind: 'admitted', second, use };
  return { kind: 'refused', limit: refusedBy === 1 ? 'rpm' : 'tpm', waitMs, use };
}
