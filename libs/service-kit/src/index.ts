export { applyMigrations } from './apply-migrations.js';
export { callUnary, grpcClientOptions } from './grpc-call.js';
export { GrpcFaultFilter, grpcServer, type GrpcServerOptions } from './grpc-server.js';
export { HealthModule, Readiness } from './health.module.js';
export {
  ConfigError,
  durationMsVariable,
  loadConfig,
  portVariable,
  serviceVariables,
} from './load-config.js';
export { createLogger, type Logger, NestLogger } from './logger.js';
export { connectNats, type NatsConnection } from './nats.js';
export {
  createPostgresPool,
  driverUrl,
  type PostgresPool,
  type PostgresPoolOptions,
  schemaOf,
} from './postgres.js';
export { main, runService, type ServiceOptions } from './run-service.js';
