import type { ApiKey } from '@tokenroute/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ConcurrentRequests } from './concurrent-requests.js';
import { RateLimited } from './rate-limited.js';
import type { RateLimiter } from './rate-limiter.js';
import { limitsAreTold, tellLimits } from './tell-limits.js';

/** Nobody knows when one of a client's own requests will end. */
export const retryMs = 900;

/**
 * Caps what a key has under way at once, before bodies are read, and gives every answer of a limited key the state of its
 * limits. Needs the key that authentication found.
 */
export function limitRequests(
  instance: FastifyInstance,
  limiter: RateLimiter,
  maxConcurrentPerKey: number,
): void {
  const underWay = new ConcurrentRequests(maxConcurrentPerKey);
  instance.addHook('onRequest', (request, reply, done) => {
    const key = keyOf(request);
    // Whoever left while the key was looked up closes nothing any more.
    if (!key || reply.raw.destroyed) return done();
    if (!underWay.enter(key.id)) return done(new RateLimited('concurrent requests', retryMs));
    reply.raw.once('close', () => underWay.leave(key.id));
    done();
  });
  instance.addHook('onSend', async (request, reply) => {
    const key = keyOf(request);
    if (key && !limitsAreTold(reply.raw)) tellLimits(reply.raw, await limiter.headersOf(key));
  });
}

function keyOf(request: FastifyRequest): ApiKey | null {
  return (request as FastifyRequest & { apiKey: ApiKey | null }).apiKey;
}
