import { Inject, Injectable } from '@nestjs/common';
import type { GetHoldResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import { BillingQueries } from '../billing/billing-queries.js';
import { type AnswerCost, withCost } from '../chat/with-cost.js';
import { toCostDetails } from '../receipts/cost-details.js';
import type { RedisConnection } from '../redis/connect-redis.js';
import { LOGGER, REDIS } from '../tokens.js';
import { fromBytes, type KeptAnswer, toBytes } from './kept-answer.js';

const keptSeconds = 24 * 60 * 60;

/**
 * The answers to named requests, in Redis, for a day. An answer is kept before it is charged, so that every charged one
 * can be given again, at the cost that billing knows. What Redis loses is told to the customer, never charged again.
 */
@Injectable()
export class KeptAnswers {
  constructor(
    @Inject(REDIS) private readonly redis: RedisConnection,
    private readonly billing: BillingQueries,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws: an answer that cannot be kept is given once. */
  async keep(holdId: string, answer: KeptAnswer): Promise<void> {
    try {
      await this.redis.set(redisKey(holdId), toBytes(answer), 'EX', keptSeconds);
    } catch (error) {
      this.logger.error({ reason: (error as Error).message, holdId }, 'idempotency: answer not kept');
    }
  }

  /**
   * The answer of an account's charged request once more, byte for byte as when its cost was known at once.
   * @throws Fault conflict when it is gone, unavailable when that is not known
   */
  async again(holdId: string, accountId: string): Promise<{ headers: Record<string, string>; body: Buffer }> {
    const bytes = await this.find(holdId);
    if (bytes === null) throw noLongerKept(holdId);
    const { headers, completed } = fromBytes(bytes);
    const hold = await this.billing.hold(holdId, accountId);
    return { headers, body: withCost(completed, costOf(hold)) };
  }

  private async find(holdId: string): Promise<Buffer | null> {
    try {
      return await this.redis.getBuffer(redisKey(holdId));
    } catch (error) {
      throw new Fault('unavailable', 'The answer to this request cannot be read. Please try again.', {
        internal: `redis: ${(error as Error).message}`,
        retryAfterSeconds: 1,
      });
    }
  }
}

function redisKey(holdId: string): string {
  return `tokenroute:idempotency:${holdId}`;
}

function costOf({ chargedNanoUsd, priceId, pricePlan, items, usage }: GetHoldResponse): AnswerCost {
  return {
    chargedNanoUsd,
    details: toCostDetails({ priceId, pricePlanId: pricePlan?.id }, items, usage?.estimated ?? false),
  };
}

function noLongerKept(holdId: string): Fault {
  const message =
    'The request with this Idempotency-Key was answered and charged; its answer is no longer kept. Its receipt is at ' +
    `GET /v1/usage/${holdId}. Use a new key to ask again.`;
  return new Fault('conflict', message, { param: 'Idempotency-Key' });
}
