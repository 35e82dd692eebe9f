import 'reflect-metadata';
import { BillingAdminServiceService, BillingQueryServiceService } from '@tokenroute/contracts';
import { connectNats, createLogger, grpcServer, main, runService } from '@tokenroute/service-kit';
import { BillingModule } from './billing.module.js';
import { readConfig } from './config.js';

main(async () => {
  const config = readConfig();
  const logger = createLogger('billing', config.LOG_LEVEL);
  const nats = await connectNats(config.NATS_URL, 'billing', logger);
  await runService({
    module: BillingModule.register(config, logger, nats),
    logger,
    host: config.HOST,
    httpPort: config.HTTP_PORT,
    grpc: grpcServer({
      host: config.HOST,
      port: config.GRPC_PORT,
      protoPackage: 'tokenroute.billing.v1',
      services: {
        BillingQueryService: BillingQueryServiceService,
        BillingAdminService: BillingAdminServiceService,
      },
    }),
  });
});
