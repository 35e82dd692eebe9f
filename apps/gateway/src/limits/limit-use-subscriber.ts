import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LimitUseRequest, LimitUseResponse, subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import { RateLimiter } from './rate-limiter.js';

const queue = 'gateway';
/** Each is a question to Redis, which has more to do. */
const maxKeys = 1_000;

/** Tells who shows it how much of their limits keys have used. The window is in Redis: any gateway can answer for all. */
@Injectable()
export class LimitUseSubscriber implements OnApplicationBootstrap {
  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly limiter: RateLimiter,
  ) {}

  onApplicationBootstrap(): void {
    this.nats.subscribe(subjects.limitUse, {
      queue,
      callback: (_error, message) => {
        this.answer(message.data).then(
          (reply) => message.respond(reply),
          // No reply: to the asker it is not known.
          (error: unknown) => this.logger.warn({ err: error }, 'limits: a question about their use failed'),
        );
      },
    });
  }

  private async answer(payload: Uint8Array): Promise<Uint8Array> {
    const { keyIds } = LimitUseRequest.decode(payload);
    if (keyIds.length > maxKeys) throw new Error(`${keyIds.length} keys were asked for at once`);
    const uses = await Promise.all(
      keyIds.map(async (keyId) => {
        const use = await this.limiter.useOf(keyId);
        return use ? [{ keyId, requests: use.requests, tokens: BigInt(use.tokens) }] : [];
      }),
    );
    return LimitUseResponse.encode({ uses: uses.flat() }).finish();
  }
}
