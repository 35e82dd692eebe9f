export { applyMigrations } from './apply-migrations.js';
export { applyServiceRole, type ServiceRole } from './apply-service-role.js';
export type { GrpcCallers } from './authorise-calls.js';
export { closeQueuedAnswers } from './close-queued-answers.js';
export { Ending } from './ending.js';
export { areGrpcAddresses, grpcAddressVariable } from './grpc-address.js';
export { callUnary, fromServiceError } from './grpc-call.js';
export { grpcChannel } from './grpc-channel.js';
export { GrpcFaultFilter, grpcServer, type GrpcServerOptions } from './grpc-server.js';
export { HealthModule, Readiness } from './health.module.js';
export { httpServerOptions } from './http-server-options.js';
export { inBatches } from './in-batches.js';
export {
  ConfigError,
  durationMsVariable,
  loadConfig,
  portVariable,
  serviceVariables,
} from './load-config.js';
export { createLogger, type Logger, NestLogger } from './logger.js';
export {
  type Counter,
  type Histogram,
  type Meter,
  meter,
  metricsText,
  type ObservableGauge,
} from './metrics.js';
export { connectNats, type NatsConnection } from './nats.js';
export { openSecret, readSecretLines } from './open-secret.js';
export {
  createPostgresPool,
  driverUrl,
  type PostgresConnection,
  type PostgresPool,
  type PostgresPoolOptions,
  schemaOf,
} from './postgres.js';
export {
  type JetStreamManager,
  type JsMsg,
  QueueConsumer,
  type QueueConsumerOptions,
} from './queue-consumer.js';
export { type ObservedRequest, observeRequests, recordRequest } from './observe-requests.js';
export { type HistogramSeries, PreparedHistogram } from './prepared-histogram.js';
export { main, runService, type ServiceConfig, type ServiceOptions } from './run-service.js';
export {
  type Attributes,
  beginTrace,
  childSpan,
  continueTrace,
  endSpan,
  errorTypeOf,
  nextTraceIsRecorded,
  type Span,
  SpanKind,
  traceparentOf,
  withSpan,
} from './spans.js';
export type { TlsConfig } from './tls-files.js';
export { metadataOf } from './trace-calls.js';
export { startTelemetry, type TelemetryConfig } from './telemetry.js';
