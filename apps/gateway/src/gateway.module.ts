import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { HealthModule, type Logger, type NatsConnection, Readiness } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { BillingQueries } from './billing/billing-queries.js';
import { Heartbeat } from './billing/heartbeat.js';
import { HoldClient } from './billing/hold-client.js';
import { HoldEnder } from './billing/hold-ender.js';
import { HoldTaker } from './billing/hold-taker.js';
import { ModelCatalogue } from './catalogue/model-catalogue.js';
import { ChatCompletionService } from './chat/chat-completion.service.js';
import { ChatCompletionsController } from './chat/chat-completions.controller.js';
import type { GatewayConfig } from './config.js';
import { FaultFilter } from './http/fault.filter.js';
import { KeptAnswers } from './idempotency/kept-answers.js';
import { RequestHolds } from './idempotency/request-holds.js';
import { KeyAuthenticator } from './keys/key-authenticator.js';
import { KeyUses } from './keys/key-uses.js';
import { FailedAuthentications } from './limits/failed-authentications.js';
import { LimitUseSubscriber } from './limits/limit-use-subscriber.js';
import { LimitedHolds } from './limits/limited-holds.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { ModelsController } from './models/models.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { BillingLimit } from './overload/billing-limit.js';
import { ProviderDirectory } from './providers/provider-directory.js';
import { UsageController } from './receipts/usage.controller.js';
import type { RedisConnection } from './redis/connect-redis.js';
import { CONFIG, GATEWAY_ID, LOGGER, NATS, REDIS } from './tokens.js';

/** Closes NATS and Redis after the last answer has been given and everything that was promised to billing has been told. */
@Injectable()
class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(REDIS) private readonly redis: RedisConnection,
    private readonly holdEnder: HoldEnder,
    readiness: Readiness,
  ) {
    readiness.add('nats', () => nats.flush());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.holdEnder.end();
    await this.nats.drain();
    this.redis.disconnect();
  }
}

@Module({})
export class GatewayModule {
  static register(
    config: GatewayConfig,
    logger: Logger,
    nats: NatsConnection,
    redis: RedisConnection,
    billingLimit: BillingLimit,
  ): DynamicModule {
    const failedAuthentications = new FailedAuthentications(config.MAX_FAILED_AUTHENTICATIONS_PER_MINUTE);
    return {
      module: GatewayModule,
      imports: [HealthModule.register()],
      controllers: [ChatCompletionsController, ModelsController, UsageController, OpenApiController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: NATS, useValue: nats },
        { provide: REDIS, useValue: redis },
        { provide: GATEWAY_ID, useValue: uuidv7() },
        { provide: APP_FILTER, useValue: new FaultFilter(logger, config.MAX_BODY_BYTES) },
        Connections,
        KeyAuthenticator,
        KeyUses,
        ModelCatalogue,
        BillingQueries,
        HoldClient,
        HoldEnder,
        HoldTaker,
        RequestHolds,
        KeptAnswers,
        LimitedHolds,
        RateLimiter,
        LimitUseSubscriber,
        { provide: FailedAuthentications, useValue: failedAuthentications },
        { provide: BillingLimit, useValue: billingLimit },
        Heartbeat,
        ProviderDirectory,
        ChatCompletionService,
      ],
    };
  }
}
