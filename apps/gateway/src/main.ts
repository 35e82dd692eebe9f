import 'reflect-metadata';
import { connectNats, createLogger, main, runService } from '@tokenroute/service-kit';
import { readConfig } from './config.js';
import { GatewayModule } from './gateway.module.js';
import { authenticateRequests } from './http/authentication.js';
import { createHttpAdapter } from './http/create-http-adapter.js';
import { KeyAuthenticator } from './keys/key-authenticator.js';

main(async () => {
  const config = readConfig();
  const logger = createLogger('gateway', config.LOG_LEVEL);
  const nats = await connectNats(config.NATS_URL, 'gateway', logger);
  await runService({
    module: GatewayModule.register(config, logger, nats),
    logger,
    host: config.HOST,
    httpPort: config.PORT,
    httpAdapter: createHttpAdapter({ maxBodyBytes: config.MAX_BODY_BYTES }),
    prepare: (app) => authenticateRequests(app.getHttpAdapter().getInstance(), app.get(KeyAuthenticator)),
  });
});
