import { X509Certificate } from 'node:crypto';
import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';

/** Who may call a method, by its path: a caller's name is a DNS name of its certificate. */
export type GrpcCallers = ReadonlyMap<string, readonly string[]>;

/**
 * Lets a call through when the certificate of its connection bears the name of one who may make it. Asked once for a call or a
 * stream, never for a message.
 */
export function authoriseCalls(callers: GrpcCallers): ServerInterceptor {
  return ({ path }, call) => {
    const allowed = callers.get(path) ?? [];
    // The call itself: one wrapped around it would cost something at each message.
    if (isOneOf(allowed, call)) return call as ServerInterceptingCall;
    return refuse(call);
  };
}

function isOneOf(names: readonly string[], call: ServerInterceptingCallInterface): boolean {
  const peer = call.getAuthContext().sslPeerCertificate;
  if (!peer) return false;
  const certificate = new X509Certificate(peer.raw);
  return names.some(
    (name) => certificate.checkHost(name, { subject: 'never', wildcards: false }) !== undefined,
  );
}

/**
 * Not PERMISSION_DENIED: that is what a customer's key may not do, and is passed on to the customer. A service that is set up
 * wrongly is trouble of our own.
 */
function refuse(call: ServerInterceptingCallInterface): ServerInterceptingCall {
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: () =>
          call.sendStatus({
            code: status.UNAUTHENTICATED,
            details: 'The certificate of this connection is not of one who may call this method.',
          }),
      }),
  });
}
