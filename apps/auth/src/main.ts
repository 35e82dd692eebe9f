import 'reflect-metadata';
import { AuthServiceService } from '@tokenroute/contracts';
import { createLogger, grpcServer, main, runService } from '@tokenroute/service-kit';
import { AuthModule } from './auth.module.js';
import { authConfig } from './config.js';

main(async () => {
  const config = authConfig();
  const logger = createLogger('auth', config.LOG_LEVEL);
  return runService({
    module: AuthModule.register(config, logger),
    logger,
    host: config.HOST,
    httpPort: config.HTTP_PORT,
    grpc: grpcServer({
      host: config.HOST,
      port: config.GRPC_PORT,
      protoPackage: 'tokenroute.auth.v1',
      services: { AuthService: AuthServiceService },
      finishCalls: true,
    }),
  });
});
