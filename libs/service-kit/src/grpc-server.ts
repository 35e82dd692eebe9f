import { experimental, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type GrpcOptions, Transport } from '@nestjs/microservices';
import { asFault, faultTable } from '@tokenroute/faults';
import { type Observable, throwError } from 'rxjs';
import { authoriseCalls, type GrpcCallers } from './authorise-calls.js';
import type { Logger } from './logger.js';
import { type TlsConfig, tlsFilesOf } from './tls-files.js';

export interface GrpcServerOptions {
  config: TlsConfig & { HOST: string };
  port: number;
  /** e.g. `tokenroute.auth.v1` */
  protoPackage: string;
  /** Generated definitions by service name. */
  services: Record<string, ServiceDefinition>;
  /** Kept when the configuration names certificates; without them nobody is asked who they are. */
  callers: GrpcCallers;
}

const maxMessageBytes = 64 * 1024 * 1024;

/** Nest's gRPC transport over the generated definitions: one codec for servers and clients, no proto files at run time. */
export function grpcServer(options: GrpcServerOptions): GrpcOptions {
  const { config, protoPackage, services } = options;
  return {
    transport: Transport.GRPC,
    options: {
      url: `${config.HOST}:${options.port}`,
      credentials: serverCredentials(config, options.callers),
      package: protoPackage,
      packageDefinition: Object.fromEntries(
        Object.entries(services).map(([name, definition]) => [`${protoPackage}.${name}`, definition]),
      ),
      maxReceiveMessageLength: maxMessageBytes,
      maxSendMessageLength: maxMessageBytes,
      // Clients are told to go (GOAWAY), calls under way are waited for: whoever keeps a stream open has to end it.
      gracefulShutdown: true,
      // Long-lived streams between services must notice a peer that vanished.
      keepalive: { keepaliveTimeMs: 10_000, keepaliveTimeoutMs: 5_000, keepalivePermitWithoutCalls: 1 },
    },
  };
}

/** @throws ConfigError when the files that the configuration names are of no use */
function serverCredentials(config: TlsConfig, callers: GrpcCallers): ServerCredentials {
  const files = tlsFilesOf(config);
  if (!files) return ServerCredentials.createInsecure();
  return experimental.createServerCredentialsWithInterceptors(
    experimental.createCertificateProviderServerCredentials(files, files, true),
    [authoriseCalls(callers)],
  );
}

/** Says every failure of a service run by `runService` in gRPC's terms; what is not a Fault keeps its text to the log. */
@Catch()
export class GrpcFaultFilter implements RpcExceptionFilter<unknown> {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown): Observable<never> {
    const fault = asFault(error);
    if (fault.code === 'internal') this.logger.error({ err: fault.cause ?? fault }, 'grpc: request failed');
    else if (fault.code === 'unavailable')
      this.logger.warn({ err: fault.cause ?? fault }, 'grpc: not available');
    const code = faultTable[fault.code].grpcStatus ?? status.UNKNOWN;
    return throwError(() => ({ code, message: fault.publicMessage, details: fault.publicMessage }));
  }
}
