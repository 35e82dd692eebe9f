import { Client, type MethodDefinition, Metadata } from '@grpc/grpc-js';
import { callUnary, grpcChannel, type TlsConfig } from '@tokenroute/service-kit';

type AnyMethod = MethodDefinition<never, unknown>;

/** The unary calls of a generated service definition, each as a function that gives a promise. */
export type UnaryCalls<Service> = {
  [Name in keyof Service]: Service[Name] extends {
    requestSerialize: (request: infer Request) => Buffer;
    responseDeserialize: (bytes: Buffer) => infer Response;
  }
    ? (request: Request) => Promise<Response>
    : never;
};

/**
 * @param channel stays the caller's to close
 * @returns functions that throw a Fault: the callee's refusal, or `unavailable` when it did not answer in time
 */
export function unaryCalls<Service extends object>(
  definition: Service,
  channel: Client,
  timeoutMs: number,
): UnaryCalls<Service> {
  const entries = Object.entries(definition as Record<string, AnyMethod>).map(([name, method]) => [
    name,
    (request: never) =>
      callUnary(
        (message: never, metadata, options, done) =>
          channel.makeUnaryRequest(
            method.path,
            method.requestSerialize,
            method.responseDeserialize,
            message,
            metadata,
            options,
            (error, response) => done(error, response),
          ),
        request,
        new Metadata(),
        timeoutMs,
      ),
  ]);
  return Object.fromEntries(entries) as UnaryCalls<Service>;
}

export function openChannel(address: string, service: string, tls: TlsConfig): Client {
  return new Client(address, ...grpcChannel(tls, service));
}
