import 'reflect-metadata';
import {
  BillingAdminServiceService,
  BillingDeadLettersServiceService,
  BillingPaymentsServiceService,
  BillingQueryServiceService,
  BillingStatementsServiceService,
  grpcCallers,
} from '@tokenroute/contracts';
import {
  connectNats,
  createLogger,
  grpcServer,
  main,
  runService,
  startTelemetry,
} from '@tokenroute/service-kit';
import { BillingModule } from './billing.module.js';
import { readConfig } from './config.js';
import { createHttpAdapter } from './payments/create-http-adapter.js';

main(async () => {
  const config = readConfig();
  const logger = createLogger('billing', config.LOG_LEVEL);
  await startTelemetry('billing', config, logger);
  const nats = await connectNats(config.NATS_URL, 'billing', logger, config);
  await runService({
    module: BillingModule.register(config, logger, nats),
    logger,
    config,
    httpPort: config.HTTP_PORT,
    httpAdapter: createHttpAdapter(),
    grpc: grpcServer({
      config,
      port: config.GRPC_PORT,
      protoPackage: 'tokenroute.billing.v1',
      services: {
        BillingQueryService: BillingQueryServiceService,
        BillingAdminService: BillingAdminServiceService,
        BillingStatementsService: BillingStatementsServiceService,
        BillingDeadLettersService: BillingDeadLettersServiceService,
        BillingPaymentsService: BillingPaymentsServiceService,
      },
      callers: grpcCallers,
    }),
  });
});
