import 'reflect-metadata';
import { createLogger, main, observeRequests, runService, startTelemetry } from '@tokenroute/service-kit';
import { guardRequests } from './access/guard-requests.js';
import { SessionReader } from './access/session-reader.js';
import { readConfig } from './config.js';
import { DashboardModule } from './dashboard.module.js';
import { createHttpAdapter } from './http/create-http-adapter.js';

main(async () => {
  const config = readConfig();
  const logger = createLogger('dashboard-api', config.LOG_LEVEL);
  await startTelemetry('dashboard-api', config, logger);
  await runService({
    module: DashboardModule.register(config, logger),
    logger,
    config,
    httpPort: config.PORT,
    metricsPort: config.METRICS_PORT,
    httpAdapter: createHttpAdapter(config),
    prepare: (app) => {
      const http = app.getHttpAdapter().getInstance();
      observeRequests(http);
      guardRequests(http, app.get(SessionReader), config.PUBLIC_URL, logger);
    },
  });
});
