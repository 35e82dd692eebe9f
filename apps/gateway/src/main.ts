import 'reflect-metadata';
import {
  connectNats,
  createLogger,
  Ending,
  main,
  observeRequests,
  runService,
  startTelemetry,
} from '@tokenroute/service-kit';
import { ChatCompletionService } from './chat/chat-completion.service.js';
import { readConfig } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { authenticateRequests } from './http/authentication.js';
import { createHttpAdapter } from './http/create-http-adapter.js';
import { KeyAuthenticator } from './keys/key-authenticator.js';
import { limitRequests } from './limits/limit-requests.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { BillingLimit } from './overload/billing-limit.js';
import { LoadShedder } from './overload/load-shedder.js';
import { observeBillingLimit } from './overload/overload-metrics.js';
import { connectRedis } from './redis/connect-redis.js';

main(async () => {
  const config = readConfig();
  const logger = createLogger('gateway', config.LOG_LEVEL);
  await startTelemetry('gateway', config, logger);
  const nats = await connectNats(config.NATS_URL, 'gateway', logger, config);
  const redis = await connectRedis(config.REDIS_URL, logger);
  const billingLimit = new BillingLimit({
    targetDelayMs: config.BILLING_DELAY_TARGET_MS,
    nowMs: () => performance.now(),
  });
  observeBillingLimit(billingLimit);
  const shedder = new LoadShedder(billingLimit, config.MAX_REQUESTS);
  await runService({
    module: GatewayModule.register(config, logger, nats, redis, billingLimit),
    logger,
    config,
    httpPort: config.PORT,
    metricsPort: config.METRICS_PORT,
    httpAdapter: createHttpAdapter({
      maxBodyBytes: config.MAX_BODY_BYTES,
      trustedProxies: config.TRUSTED_PROXIES,
      admit: (request, response, begin) => shedder.admit(request, response, begin),
    }),
    prepare: (app) => {
      app.get(Ending).onBegin(() => shedder.end());
      const http = app.getHttpAdapter().getInstance();
      observeRequests(http);
      authenticateRequests(http, app.get(KeyAuthenticator));
      limitRequests(http, app.get(RateLimiter), config.MAX_CONCURRENT_REQUESTS_PER_KEY);
      // Before anything else ends: the holds of clients that went away are this gateway's while it is heard of.
      http.addHook('preClose', () => app.get(ChatCompletionService).idle());
    },
  });
});
