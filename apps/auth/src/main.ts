import 'reflect-metadata';
import { AuthServiceService, grpcCallers, PeopleServiceService } from '@tokenroute/contracts';
import { createLogger, grpcServer, main, runService, startTelemetry } from '@tokenroute/service-kit';
import { AuthModule } from './auth.module.js';
import { authConfig } from './config.js';
import { createHttpAdapter } from './people/create-http-adapter.js';

main(async () => {
  const config = authConfig();
  const logger = createLogger('auth', config.LOG_LEVEL);
  await startTelemetry('auth', config, logger);
  return runService({
    module: AuthModule.register(config, logger),
    logger,
    config,
    httpPort: config.HTTP_PORT,
    httpAdapter: createHttpAdapter(config.TRUSTED_PROXIES),
    grpc: grpcServer({
      config,
      port: config.GRPC_PORT,
      protoPackage: 'tokenroute.auth.v1',
      services: { AuthService: AuthServiceService, PeopleService: PeopleServiceService },
      callers: grpcCallers,
    }),
  });
});
