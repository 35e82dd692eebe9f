import { toErrorBody } from '@tokenroute/openai-wire';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerHeaders } from '../http/answer-headers.js';
import type { BillingLimit } from './billing-limit.js';
import { countShed, requestsUnderWay } from './overload-metrics.js';
import { nextRetrySeconds, Overloaded, type RefusalReason } from './overloaded.js';

const protectedPrefix = '/v1/';
const body = Buffer.from(JSON.stringify(toErrorBody(new Overloaded('requests'))));

/**
 * Refuses what comes while there is too much to do, before anything is done for it: its key is not looked up, its body not
 * read. An answer costs a small part of what a request does, or refusing would be an overload of its own. Health checks and
 * the API's description are not refused.
 */
export function shedRequests(instance: FastifyInstance, billing: BillingLimit, maxRequests: number): void {
  let underWay = 0;
  const leave = () => {
    underWay -= 1;
  };
  requestsUnderWay.addCallback((result) => result.observe(underWay));
  instance.addHook('onRequest', (request, reply, done) => {
    if (!request.routeOptions.url?.startsWith(protectedPrefix)) return done();
    if (underWay >= maxRequests) return refuse(reply, 'requests');
    if (!billing.admits()) return refuse(reply, 'billing');
    underWay += 1;
    reply.raw.once('close', leave);
    done();
  });
}

/** Past the framework, whose way to an error answer costs several times as much. */
function refuse(reply: FastifyReply, reason: RefusalReason): void {
  countShed(reason);
  reply.hijack();
  reply.raw.writeHead(503, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'retry-after': String(nextRetrySeconds()),
    [answerHeaders.requestId]: reply.request.id,
  });
  reply.raw.end(body);
}
