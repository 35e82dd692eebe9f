import type { ApiKey } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ObservedRequest } from '@tokenroute/service-kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KeyAuthenticator } from '../keys/key-authenticator.js';
import { addressGroup } from '../limits/address-group.js';

export interface AuthenticatedRequest extends ObservedRequest {
  apiKey: ApiKey;
}

const protectedPrefix = '/v1/';
const headerName = 'authorization';

/** Asks who is there before the body is read: a stranger cannot make us buffer megabytes. */
export function authenticateRequests(instance: FastifyInstance, keys: KeyAuthenticator): void {
  instance.decorateRequest('apiKey', null);
  instance.addHook('onRequest', (received, _reply, done) => {
    // Of the route, not of the URL: `/%76%31/models` and `http://any.host/v1/models` lead to it too.
    if (!received.routeOptions.url?.startsWith(protectedPrefix)) return done();
    const request = received as AuthenticatedRequest;
    const authorization = authorizationOf(request);
    const known = keys.remembered(authorization);
    if (known) {
      request.apiKey = known;
      return done();
    }
    keys.authenticate(authorization, addressGroup(request.ip), request.span).then((key) => {
      request.apiKey = key;
      done();
    }, done);
  });
}

/**
 * Node would take the first of several headers, something in front of us may have looked at the last.
 * @throws Fault authentication when there are several
 */
function authorizationOf({ raw }: FastifyRequest): string | undefined {
  // Name and value in turn; `headersDistinct` would build an object of all of them for each request.
  const { rawHeaders } = raw;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === headerName.length && name.toLowerCase() === headerName) count += 1;
  }
  if (count > 1) throw new Fault('authentication', 'Send one Authorization header: Bearer sk-tr-…');
  return raw.headers.authorization;
}
