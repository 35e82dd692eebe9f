import { Injectable } from '@nestjs/common';
import type { ApiKey, Reservation } from '@tokenroute/contracts';
import type { ChatRequest } from '@tokenroute/openai-wire';
import type { RequestName } from '../idempotency/idempotency-key.js';
import { type RequestHold, RequestHolds } from '../idempotency/request-holds.js';
import { type Admission, type ExpectedTokens, RateLimiter } from './rate-limiter.js';

export type LimitedHold =
  | (Extract<RequestHold, { kind: 'held' }> & { admission: Admission })
  | Exclude<RequestHold, { kind: 'held' }>;

interface LimitedRequest {
  key: ApiKey;
  name: RequestName | null;
  request: Pick<ChatRequest, 'max_completion_tokens' | 'max_tokens' | 'n'>;
  quantities: { inputTokensBound: number; outputTokensLimit: number };
}

/** Takes holds for requests that are within their key's limits. */
@Injectable()
export class LimitedHolds {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly holds: RequestHolds,
  ) {}

  /** @throws RateLimited, and then no hold was asked for; and what `RequestHolds.take` throws */
  async take(limited: LimitedRequest, reservation: Reservation): Promise<LimitedHold> {
    const admission = await this.limiter.admit(limited.key, expectedTokens(limited));
    try {
      const hold = await this.holds.take(reservation, limited.name);
      if (hold.kind === 'held') return { ...hold, admission };
      admission.unused();
      return hold;
    } catch (error) {
      admission.unused();
      throw error;
    }
  }
}

function expectedTokens({ request, quantities }: LimitedRequest): ExpectedTokens {
  const asked = request.max_completion_tokens ?? request.max_tokens;
  return {
    inputTokensBound: quantities.inputTokensBound,
    outputTokensLimit: quantities.outputTokensLimit,
    outputLimitIsAsked: asked != null,
    choices: request.n ?? 1,
  };
}
