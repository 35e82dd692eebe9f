import { Inject, Injectable } from '@nestjs/common';
import type { ApiKey } from '@tokenroute/contracts';
import type { Logger } from '@tokenroute/service-kit';
import type { RedisConnection } from '../redis/connect-redis.js';
import { LOGGER, REDIS } from '../tokens.js';
import { LocalWindows } from './local-windows.js';
import { OutputEstimates } from './output-estimates.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { RateLimited } from './rate-limited.js';
import { SharedWindows } from './shared-windows.js';
import type { Charge, KeyLimits, WindowUse } from './sliding-window.js';

const maxRememberedKeys = 10_000;
const nothing: Charge = { requests: 0, tokens: 0 };

/** What is known of a request's tokens before it is answered. */
export interface ExpectedTokens {
  inputTokensBound: number;
  /** For all choices. */
  outputTokensLimit: number;
  /** The client asked for this limit; otherwise it is the model's own, which few answers come near. */
  outputLimitIsAsked: boolean;
  choices: number;
}

/** A request within its key's limits. Exactly one of the two is called when it has ended. */
export interface Admission {
  /** For the answer; empty when the key is not limited. */
  headers: Record<string, string>;
  used(inputTokens: number, outputTokens: number): void;
  /** Its tokens are given back; as a request it counts. */
  unused(): void;
}

const unlimited: Admission = { headers: {}, used: () => undefined, unused: () => undefined };

/**
 * Requests and tokens per minute of each key: exact across gateways by Redis; while that does not answer, each gateway
 * grants every key its whole limit. docs/limits.md tells what clients see of it.
 */
@Injectable()
export class RateLimiter {
  private readonly shared: SharedWindows;
  private readonly local = new LocalWindows(maxRememberedKeys);
  private readonly outputs = new OutputEstimates(maxRememberedKeys);

  constructor(@Inject(REDIS) redis: RedisConnection, @Inject(LOGGER) logger: Logger) {
    this.shared = new SharedWindows(redis, logger);
  }

  /** @throws RateLimited; nothing is counted then */
  async admit(key: ApiKey, expected: ExpectedTokens): Promise<Admission> {
    const limits = limitsOf(key);
    if (!limits) return unlimited;
    const tokens = this.estimate(key.id, limits, expected);
    const charge = { requests: 1, tokens };
    const shared = await this.shared.take(key.id, limits, charge);
    const verdict = shared ?? this.local.take(key.id, limits, charge);
    const headers = rateLimitHeaders(limits, verdict.use);
    if (verdict.kind === 'refused') throw new RateLimited(verdict.limit, verdict.waitMs, headers);
    // Remembered here too: were Redis lost now, this gateway would not begin anew.
    const localSecond = shared ? this.local.add(key.id, charge) : verdict.second;
    const correct = (used: number) => {
      const delta = used - tokens;
      if (delta === 0) return;
      this.local.correct(key.id, localSecond, delta);
      if (shared) this.shared.correct(key.id, verdict.second, delta);
    };
    return {
      headers,
      used: (inputTokens, outputTokens) => {
        if (!expected.outputLimitIsAsked) this.outputs.learn(key.id, outputTokens / expected.choices);
        correct(inputTokens + outputTokens);
      },
      unused: () => correct(0),
    };
  }

  /** The state of a key's limits, for an answer that was not admitted by them; empty when it is not limited. */
  async headersOf(key: ApiKey): Promise<Record<string, string>> {
    const limits = limitsOf(key);
    if (!limits) return {};
    const { use } =
      (await this.shared.take(key.id, limits, nothing)) ?? this.local.take(key.id, limits, nothing);
    return rateLimitHeaders(limits, use);
  }

  /** What counts of a key at this moment, whatever its limits; null while Redis does not answer. */
  async useOf(keyId: string): Promise<WindowUse | null> {
    const verdict = await this.shared.take(keyId, { requests: null, tokens: null }, nothing);
    return verdict && verdict.use;
  }

  /** Never above the limit itself: what is larger has a way, through an empty window. */
  private estimate(keyId: string, { tokens }: KeyLimits, expected: ExpectedTokens): number {
    const { inputTokensBound, outputTokensLimit, outputLimitIsAsked, choices } = expected;
    const output = outputLimitIsAsked
      ? outputTokensLimit
      : Math.min(outputTokensLimit, this.outputs.of(keyId) * choices);
    const estimate = inputTokensBound + output;
    return tokens === null ? estimate : Math.max(1, Math.min(estimate, tokens));
  }
}

function limitsOf({ requestsPerMinute, tokensPerMinute }: ApiKey): KeyLimits | null {
  if (requestsPerMinute === undefined && tokensPerMinute === undefined) return null;
  return { requests: requestsPerMinute ?? null, tokens: tokensPerMinute ?? null };
}
