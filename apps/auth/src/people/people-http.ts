import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@tokenroute/service-kit';
import type { AuditRepository } from '../audit/audit.repository.js';
import type { AttemptLimiter } from './attempt-limiter.js';
import { type AttemptSubject, everyRequest, networkOf } from './attempt-rules.js';
import { addressHeader, type PeopleAuth } from './people-auth.js';
import type { PeopleRepository } from './people.repository.js';
import { findRoute, type PeopleRoute } from './people-routes.js';
import { attributed } from './request-attribution.js';

export interface BrowserRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Of the client, as far as trusted proxies tell. */
  address: string;
  headers: IncomingHttpHeaders;
  body: Buffer | undefined;
}

const prefix = '/api/auth';
// What better-auth reads. Not among them: whatever could move it to another host or address.
const passedHeaders = [
  'accept',
  'content-type',
  'cookie',
  'origin',
  'referer',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'user-agent',
];

/** Decides which requests reach better-auth: known routes, from our own pages, within the limits. */
export class PeopleHttp {
  constructor(
    private readonly publicUrl: string,
    private readonly auth: PeopleAuth,
    private readonly limiter: AttemptLimiter,
    private readonly people: PeopleRepository,
    private readonly audit: AuditRepository,
    private readonly logger: Logger,
  ) {}

  /** Never fails: trouble of our own is a 503 that says to come again. */
  async answer(request: BrowserRequest): Promise<Response> {
    try {
      const answer = await this.answerOrFail(request);
      return answer.status < 500 ? answer : unavailable();
    } catch (error) {
      // Only its name: the text of a failed query repeats what people typed.
      this.logger.error({ reason: (error as Error).name }, 'people: request failed');
      return unavailable();
    }
  }

  private async answerOrFail(request: BrowserRequest): Promise<Response> {
    const { pathname } = this.urlOf(request);
    const path = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : '';
    const route = findRoute(request.method, path);
    if (!route) return refusal(404, 'NOT_FOUND', 'There is no such route.');
    const foreign = this.foreignRequest(request);
    if (foreign) return foreign;
    const body = parsedBody(request.body);
    if (body === 'no-object') return refusal(400, 'INVALID_BODY', 'The body must be a JSON object.');
    const email = typeof body['email'] === 'string' ? body['email'].trim().toLowerCase() : undefined;
    const personId = await this.personBehind(request, route);
    if (personId === undefined && !route.open) return refusal(401, 'UNAUTHORIZED', 'Nobody is signed in.');
    const waitMs = await this.waitMs(route, { address: networkOf(request.address), email, person: personId });
    if (waitMs > 0) return tooMany(waitMs);
    const answer = await attributed({ personId, address: request.address }, async () => {
      const [response] = await Promise.all([
        this.auth.handler(this.toRequest(request)),
        route.leastMs && delay(route.leastMs),
      ]);
      return response;
    });
    if (route.path === '/sign-in/email' && answer.status === 401)
      void this.recordRefusedSignIn(email, request.address);
    return answer;
  }

  /**
   * A browser tells where a request that changes something comes from. better-auth looks at it when there are cookies; here
   * any foreign origin is refused, and any body that a form of a foreign page could send.
   */
  private foreignRequest({ method, headers, body }: BrowserRequest): Response | undefined {
    if (method === 'GET') return undefined;
    if (headers.origin !== undefined && headers.origin !== this.publicUrl) {
      return refusal(403, 'INVALID_ORIGIN', 'The request comes from another site.');
    }
    if (
      body !== undefined &&
      body.length > 0 &&
      !/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')
    ) {
      return refusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.');
    }
    return undefined;
  }

  /** Who is signed in, for the limits and the record; what they may do better-auth decides. An open page records nothing. */
  private async personBehind(
    { method, headers }: BrowserRequest,
    route: PeopleRoute,
  ): Promise<string | undefined> {
    if (headers.cookie === undefined || (method === 'GET' && route.open)) return undefined;
    return (await this.auth.signedIn(headers.cookie))?.user.id;
  }

  private async waitMs(route: PeopleRoute, by: Partial<Record<AttemptSubject, string>>): Promise<number> {
    const waits = [await this.limiter.waitMs({ what: 'request', by: by.address!, rule: everyRequest })];
    for (const [subject, rule] of Object.entries(route.limits ?? {})) {
      const who = by[subject as AttemptSubject];
      if (who === undefined) continue;
      const what = `${route.attempt ?? route.path}:${subject}`;
      waits.push(await this.limiter.waitMs({ what, by: who, rule }));
    }
    return Math.max(...waits);
  }

  /** Put together, not resolved: what begins with two slashes would name another host. */
  private urlOf({ url }: BrowserRequest): URL {
    return new URL(this.publicUrl + url);
  }

  private toRequest(request: BrowserRequest): Request {
    const { method, address, headers, body } = request;
    const passed = new Headers({ [addressHeader]: address });
    for (const name of passedHeaders) {
      const value = headers[name];
      if (typeof value === 'string') passed.set(name, value);
    }
    // A body there has to be, be it an empty one.
    const hasBody = body !== undefined && body.length > 0;
    if (method === 'POST' && !hasBody) passed.set('content-type', 'application/json');
    return new Request(this.urlOf(request), {
      method,
      headers: passed,
      body: method === 'POST' ? (hasBody ? new Uint8Array(body) : '{}') : undefined,
    });
  }

  /** After the answer, which must not take longer for a person that there is. */
  private async recordRefusedSignIn(email: string | undefined, address: string): Promise<void> {
    try {
      const personId = email === undefined ? undefined : await this.people.findByEmail(email);
      if (personId === undefined) return;
      await this.audit.append({
        kind: 'session.refused',
        subjectKind: 'person',
        subjectId: personId,
        address,
      });
    } catch (error) {
      this.logger.error({ reason: (error as Error).name }, 'a refused sign-in was not recorded');
    }
  }
}

function parsedBody(body: Buffer | undefined): Record<string, unknown> | 'no-object' {
  if (body === undefined || body.length === 0) return {};
  try {
    const parsed = JSON.parse(body.toString('utf8')) as unknown;
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : 'no-object';
  } catch {
    return 'no-object';
  }
}

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ code, message }, { status, headers });
}

function unavailable(): Response {
  return refusal(503, 'UNAVAILABLE', 'The service is not available. Please try again.', {
    'retry-after': '1',
  });
}

function tooMany(waitMs: number): Response {
  const seconds = Math.ceil(waitMs / 1_000);
  return refusal(429, 'TOO_MANY_ATTEMPTS', `Too many attempts. Try again in ${seconds} s.`, {
    'retry-after': String(seconds),
  });
}
