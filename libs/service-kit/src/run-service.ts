import { setTimeout as delay } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { GrpcOptions, NestMicroservice } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { closeQueuedAnswers } from './close-queued-answers.js';
import { Ending } from './ending.js';
import { finishRequests } from './finish-requests.js';
import { GrpcFaultFilter } from './grpc-server.js';
import { Readiness } from './health.module.js';
import { httpServerOptions } from './http-server-options.js';
import { ConfigError } from './load-config.js';
import { type Logger, NestLogger } from './logger.js';
import { metricsContentType, metricsText } from './metrics.js';
import { observeProcess } from './process-metrics.js';
import { portOf, serveOperations } from './serve-operations.js';
import { endTelemetry } from './telemetry.js';
import { TraceCalls } from './trace-calls.js';

/** What is read of `serviceVariables`. */
export interface ServiceConfig {
  HOST: string;
  SHUTDOWN_DELAY_MS: number;
  SHUTDOWN_TIMEOUT_MS: number;
}

export interface ServiceOptions {
  module: Type<unknown> | { module: Type<unknown> };
  logger: Logger;
  config: ServiceConfig;
  /** Public HTTP for the gateway, operations (/healthz, /readyz, /metrics) for the others. */
  httpPort: number;
  /** Where /metrics is, and once more /healthz and /readyz, for a service whose HTTP port is the public's. */
  metricsPort?: number;
  httpAdapter?: FastifyAdapter;
  grpc?: GrpcOptions;
  /** Last touches before it listens. */
  prepare?: (app: NestFastifyApplication) => void | Promise<void>;
}

/**
 * Connections that wait to be accepted; the kernel's own bound, net.core.somaxconn, is usually the same. With Node's 511 a
 * crowd that connects while the event loop is busy is dropped in silence, and waits for seconds to try again.
 */
const acceptQueue = 4_096;

/** Starts a service and keeps it running until SIGTERM or SIGINT, which end it in order; a second one ends it at once. */
export async function runService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { logger } = options;
  const app = await NestFactory.create<NestFastifyApplication>(
    options.module as Type<unknown>,
    options.httpAdapter ?? new FastifyAdapter(httpServerOptions),
    // Bodies are parsed by those that take any.
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  closeQueuedAnswers(app.getHttpServer());
  finishRequests(app.getHttpAdapter().getInstance(), app.get(Ending));
  if (options.grpc) connectGrpc(app, options.grpc, logger);
  await options.prepare?.(app);
  observeProcess();
  if (options.metricsPort === undefined) offerMetrics(app);
  await app.startAllMicroservices();
  await app.listen({ port: options.httpPort, host: options.config.HOST, backlog: acceptQueue });
  if (options.metricsPort !== undefined) await offerOperations(app, options.metricsPort, options);
  endOnSignal(app, options);
  logger.info({ http: await app.getUrl() }, 'ready');
  return app;
}

/** After the public's port is open: who is told here that the service is ready sends customers there. */
async function offerOperations(
  app: NestFastifyApplication,
  port: number,
  { config, logger }: ServiceOptions,
): Promise<void> {
  const server = await serveOperations(config.HOST, port, app.get(Readiness));
  logger.info({ port: portOf(server) }, 'metrics');
}

/** Numbers tell of customers and of trouble: the public's port has none. */
function offerMetrics(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/metrics', async (_request, reply) => reply.type(metricsContentType).send(await metricsText()));
}

function connectGrpc(app: NestFastifyApplication, grpc: GrpcOptions, logger: Logger): void {
  // Deferred, because handlers are bound to the filters known at that moment.
  const server = app.connectMicroservice<GrpcOptions>(grpc, {
    deferInitialization: true,
  }) as NestMicroservice;
  // Deferred, Nest would run the modules' start hooks for the gRPC server and once more for the application.
  server.setIsInitHookCalled(true);
  server.useGlobalFilters(new GrpcFaultFilter(logger));
  server.useGlobalInterceptors(new TraceCalls());
}

/** For the last errors to reach clients and the last holds to end: a little longer than the gateway's own bound for those. */
const lastGraceMs = 25_000;

/**
 * Not ready at once, so that no more work is sent; what comes in the meantime is taken. After SHUTDOWN_DELAY_MS no more
 * connections are, and what is under way has SHUTDOWN_TIMEOUT_MS to finish.
 */
async function endInOrder(app: NestFastifyApplication, { config, logger }: ServiceOptions): Promise<void> {
  const ending = app.get(Ending);
  app.get(Readiness).stop();
  ending.begin();
  await delay(config.SHUTDOWN_DELAY_MS);
  const timer = setTimeout(() => {
    logger.warn('ending: time is up for what is under way');
    ending.timeUp();
  }, config.SHUTDOWN_TIMEOUT_MS);
  const lastTimer = setTimeout(() => {
    logger.error('ending: not finished, leaving');
    process.exit(1);
  }, config.SHUTDOWN_TIMEOUT_MS + lastGraceMs);
  await ending.finished();
  await app.close();
  clearTimeout(timer);
  clearTimeout(lastTimer);
}

function endOnSignal(app: NestFastifyApplication, options: ServiceOptions): void {
  const { logger } = options;
  const end = (signal: string) => {
    logger.info({ signal }, 'ending');
    endInOrder(app, options)
      .finally(endTelemetry)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'did not end cleanly');
          process.exit(1);
        },
      );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

/** Runs a service's main function; a start that fails says why in one line and exits with 1. */
export function main(start: () => Promise<unknown>): void {
  Promise.resolve()
    .then(start)
    .catch((error: unknown) => {
      process.stderr.write(`${describeFailure(error)}\n`);
      process.exit(1);
    });
}

function describeFailure(error: unknown): string {
  if (!(error instanceof ConfigError)) return (error as Error).stack ?? String(error);
  return `The configuration is not usable:\n${error.message.replace(/^/gm, '  ')}`;
}
