import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@tokenroute/service-kit';
import { answerFault } from '../http/fault.filter.js';
import { isForeignRequest, isFromElsewhere, pageHeader } from '../http/foreign-request.js';
import { accessOf } from './access-table.js';
import type { Caller, SessionReader } from './session-reader.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every route that is not open to everybody. */
    caller?: Caller;
  }
}

type HttpServer = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** Lets through what the access table allows, before a body is read. */
export function guardRequests(
  http: HttpServer,
  sessions: SessionReader,
  publicUrl: string,
  logger: Logger,
): void {
  http.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    try {
      await admit(request, sessions, publicUrl);
    } catch (error) {
      answerFault(error, reply, logger);
      return reply;
    }
  });
}

async function admit(request: FastifyRequest, sessions: SessionReader, publicUrl: string): Promise<void> {
  const access = accessOf(request.method, request.routeOptions.url);
  if (access === undefined) throw new Fault('not-found', 'There is nothing here.');
  refuseForeign(request, publicUrl);
  if (access === 'everybody') return;
  const { organisationId } = request.params as { organisationId?: string };
  request.caller = await sessions.admit(access, request.headers.cookie ?? '', organisationId);
}

function refuseForeign(request: FastifyRequest, publicUrl: string): void {
  const told = {
    method: request.method,
    origin: request.headers.origin,
    secFetchSite: request.headers['sec-fetch-site']?.toString(),
    pageHeader: request.headers[pageHeader]?.toString(),
  };
  // Sign-in at another provider and links in mails lead to /api/auth by GET; auth itself asks for JSON from our origin.
  const isPassedOn = request.routeOptions.url === '/api/auth/*';
  const isForeign = isPassedOn
    ? request.method !== 'GET' && isFromElsewhere(told, publicUrl)
    : isForeignRequest(told, publicUrl);
  if (isForeign) throw new Fault('permission', 'The request does not come from a page of ours.');
}
