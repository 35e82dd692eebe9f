import {
  type ClientOptions,
  type ClientUnaryCall,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { Fault, type FaultCode } from '@tokenroute/faults';

/**
 * Options of every channel to another service of ours. Calls go to all of its replicas in turn; the names are looked up
 * again when one of them leaves, and often, because in a rolling update all are replaced within a minute.
 */
export const grpcClientOptions: Partial<ClientOptions> = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // Configuration is not looked for in DNS.
  'grpc.service_config_disable_resolution': 1,
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // All answers of an adapter come over one stream. With HTTP/2's 64 kB, some fifty of them, each lot waits for the event loop
  // to have granted the next, so that a busy gateway lets hundreds queue up; each completion has a bound of its own (its credit).
  'grpc-node.flow_control_window': 16 * 1024 * 1024,
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  'grpc.max_send_message_length': 64 * 1024 * 1024,
};

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * One unary call as a promise.
 * @throws Fault: the callee's refusal by its status, or `unavailable` when it did not answer in time.
 */
export function callUnary<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  metadata: Metadata,
  timeoutMs: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, metadata, { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error) reject(fromServiceError(error));
      else resolve(response);
    });
  });
}

const faultCodeByStatus: Partial<Record<status, FaultCode>> = {
  [status.INVALID_ARGUMENT]: 'invalid-request',
  [status.NOT_FOUND]: 'not-found',
  [status.ALREADY_EXISTS]: 'conflict',
  [status.PERMISSION_DENIED]: 'permission',
  [status.FAILED_PRECONDITION]: 'insufficient-quota',
};

/** The callee's refusal by its status, or `unavailable`. */
export function fromServiceError(error: ServiceError): Fault {
  const code = faultCodeByStatus[error.code];
  if (code) return new Fault(code, error.details, { cause: error });
  return new Fault('unavailable', 'A part of the service is not available. Please try again.', {
    internal: error.message,
    cause: error,
    retryAfterSeconds: 1,
  });
}
