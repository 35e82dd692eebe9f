import type { ApiKey } from '@tokenroute/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KeyAuthenticator } from '../keys/key-authenticator.js';

export interface AuthenticatedRequest extends FastifyRequest {
  apiKey: ApiKey;
}

const protectedPrefix = '/v1/';

/** Asks who is there before the body is read: a stranger cannot make us buffer megabytes. */
export function authenticateRequests(instance: FastifyInstance, keys: KeyAuthenticator): void {
  instance.decorateRequest('apiKey', null);
  instance.addHook('onRequest', async (request) => {
    if (request.is404 || !request.url.startsWith(protectedPrefix)) return;
    (request as AuthenticatedRequest).apiKey = await keys.authenticate(request.headers.authorization);
  });
}
