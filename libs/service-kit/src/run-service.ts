import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { GrpcOptions, NestMicroservice } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GrpcFaultFilter } from './grpc-server.js';
import { Readiness } from './health.module.js';
import { ConfigError } from './load-config.js';
import { type Logger, NestLogger } from './logger.js';

export interface ServiceOptions {
  module: Type<unknown> | { module: Type<unknown> };
  logger: Logger;
  host: string;
  /** Public HTTP for the gateway, operations (/healthz, /readyz) for the others. */
  httpPort: number;
  httpAdapter?: FastifyAdapter;
  grpc?: GrpcOptions;
  /** Last touches before it listens. */
  prepare?: (app: NestFastifyApplication) => void | Promise<void>;
}

/** Starts a service and keeps it running until SIGTERM or SIGINT, which end it in order. */
export async function runService(options: ServiceOptions): Promise<NestFastifyApplication> {
  const { logger } = options;
  const app = await NestFactory.create<NestFastifyApplication>(
    options.module as Type<unknown>,
    options.httpAdapter ?? new FastifyAdapter(),
    // Bodies are parsed by those that take any.
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  if (options.grpc) connectGrpc(app, options.grpc, logger);
  await options.prepare?.(app);
  await app.startAllMicroservices();
  await app.listen(options.httpPort, options.host);
  endOnSignal(app, logger);
  logger.info({ http: await app.getUrl() }, 'ready');
  return app;
}

function connectGrpc(app: NestFastifyApplication, grpc: GrpcOptions, logger: Logger): void {
  // Deferred, because handlers are bound to the filters known at that moment.
  const server = app.connectMicroservice<GrpcOptions>(grpc, {
    deferInitialization: true,
  }) as NestMicroservice;
  // Deferred, Nest would run the modules' start hooks for the gRPC server and once more for the application.
  server.setIsInitHookCalled(true);
  server.useGlobalFilters(new GrpcFaultFilter(logger));
}

function endOnSignal(app: NestFastifyApplication, logger: Logger): void {
  const end = (signal: string) => {
    logger.info({ signal }, 'ending');
    app.get(Readiness).stop();
    app.close().then(
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
      const text = error instanceof ConfigError ? error.message : ((error as Error).stack ?? String(error));
      process.stderr.write(`${text}\n`);
      process.exit(1);
    });
}
