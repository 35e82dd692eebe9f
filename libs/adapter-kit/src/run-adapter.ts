import { type DynamicModule, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { batchEncoder, ExchangeResponse, grpcCallers, ProviderServiceService } from '@tokenroute/contracts';
import {
  createLogger,
  durationMsVariable,
  grpcServer,
  HealthModule,
  type Logger,
  portVariable,
  runService,
  type ServiceConfig,
  serviceVariables,
  startTelemetry,
  type TelemetryConfig,
  type TlsConfig,
} from '@tokenroute/service-kit';
import { z } from 'zod';
import { HttpAdapter } from './http-adapter.js';
import { type KeySettings, openKeyRing } from './open-key-ring.js';
import type { ProviderAdapter } from './provider-adapter.js';
import type { ProviderDialect } from './provider-dialect.js';
import { ProviderController } from './provider.controller.js';
import { ADAPTER, ADAPTER_LOGGER } from './tokens.js';
import { UpstreamHttp } from './upstream-http.js';

/** What every adapter reads from its environment, besides its provider's keys and base URL. */
export const adapterVariables = {
  ...serviceVariables,
  CONNECT_TIMEOUT_MS: durationMsVariable.default(5_000),
  FIRST_BYTE_TIMEOUT_MS: durationMsVariable.default(60_000),
  IDLE_TIMEOUT_MS: durationMsVariable.default(120_000),
  TOTAL_TIMEOUT_MS: durationMsVariable.default(600_000),
  /** How long a cancelled answer is read on where cancelling does not stop the provider's meter. */
  READ_AFTER_CANCEL_MS: durationMsVariable.default(120_000),
  /** Not below what one gateway sends to a provider (its MAX_REQUESTS_PER_PROVIDER): what is above is refused only after its hold. */
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).max(100_000).default(2_000),
};

/** The longest answers with everything a client can ask for have a tenth of it; the total time bounds it too. */
const maxStreamBytes = 512 * 1024 * 1024;

export interface AdapterConfig extends ServiceConfig, TelemetryConfig, TlsConfig {
  LOG_LEVEL: string;
  HTTP_PORT: number;
  GRPC_PORT: number;
  CONNECT_TIMEOUT_MS: number;
  FIRST_BYTE_TIMEOUT_MS: number;
  IDLE_TIMEOUT_MS: number;
  TOTAL_TIMEOUT_MS: number;
  READ_AFTER_CANCEL_MS: number;
  MAX_IN_FLIGHT: number;
}

/** Ports of an adapter service; each has its own defaults so that all run side by side. */
export function adapterPorts(httpPort: number, grpcPort: number) {
  return { HTTP_PORT: portVariable.default(httpPort), GRPC_PORT: portVariable.default(grpcPort) };
}

export interface AdapterOptions {
  /** e.g. `adapter-openai` */
  service: string;
  baseUrl: string;
  keys: KeySettings;
  config: AdapterConfig;
  dialect: ProviderDialect;
}

@Module({})
class AdapterModule {
  static register(adapter: ProviderAdapter, http: UpstreamHttp, logger: Logger): DynamicModule {
    return {
      module: AdapterModule,
      imports: [HealthModule.register()],
      controllers: [ProviderController],
      providers: [
        { provide: ADAPTER, useValue: adapter },
        { provide: ADAPTER_LOGGER, useValue: logger },
        { provide: UpstreamConnections, useValue: new UpstreamConnections(http) },
      ],
    };
  }
}

/** Closes the connections to the provider when the service ends. */
@Injectable()
class UpstreamConnections implements OnApplicationShutdown {
  constructor(private readonly http: UpstreamHttp) {}

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}

const providerService = {
  ...ProviderServiceService,
  exchange: { ...ProviderServiceService.exchange, responseSerialize: batchEncoder(ExchangeResponse) },
};

/** Starts an adapter service: gRPC in, the provider's HTTP out. */
export async function runAdapter({ service, baseUrl, keys, config, dialect }: AdapterOptions): Promise<void> {
  const logger = createLogger(service, config.LOG_LEVEL);
  const keyRing = openKeyRing(keys, dialect, logger);
  await startTelemetry(service, config, logger);
  const http = new UpstreamHttp({
    providerName: dialect.providerName,
    baseUrl,
    connectTimeoutMs: config.CONNECT_TIMEOUT_MS,
    firstByteTimeoutMs: config.FIRST_BYTE_TIMEOUT_MS,
    idleTimeoutMs: config.IDLE_TIMEOUT_MS,
    totalTimeoutMs: config.TOTAL_TIMEOUT_MS,
    maxConnections: config.MAX_IN_FLIGHT,
  });
  const adapter = new HttpAdapter(dialect, http, keyRing, {
    firstByteTimeoutMs: config.FIRST_BYTE_TIMEOUT_MS,
    readAfterCancelMs: config.READ_AFTER_CANCEL_MS,
    maxInFlight: config.MAX_IN_FLIGHT,
    maxStreamBytes,
  });
  await runService({
    module: AdapterModule.register(adapter, http, logger),
    logger,
    config,
    httpPort: config.HTTP_PORT,
    grpc: grpcServer({
      config,
      port: config.GRPC_PORT,
      protoPackage: 'tokenroute.provider.v1',
      services: { ProviderService: providerService },
      callers: grpcCallers,
    }),
  });
}
