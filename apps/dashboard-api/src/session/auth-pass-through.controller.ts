import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { passOnTarget } from './pass-on-target.js';

const passedOn = ['accept', 'content-type', 'cookie', 'origin', 'referer', 'user-agent'];
const passedBack = ['content-type', 'location', 'retry-after'];

/** /api/auth belongs to auth: sign-up, sign-in, organisations. Here it is only made part of the one origin. */
@Controller('api/auth')
@ApiExcludeController()
export class AuthPassThroughController {
  constructor(@Inject(CONFIG) private readonly config: DashboardConfig) {}

  @Get('*')
  read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.passOn(request, reply);
  }

  @Post('*')
  change(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.passOn(request, reply);
  }

  private async passOn(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const answer = await this.ask(request);
    reply.status(answer.status);
    for (const name of passedBack) {
      const value = answer.headers.get(name);
      if (value !== null) reply.header(name, value);
    }
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) reply.header('set-cookie', cookies);
    await reply.send(await answer.text());
  }

  /** @throws Fault not-found for a path that leads out of what auth offers to browsers, as `/api/auth/../metrics` would */
  private async ask(request: FastifyRequest): Promise<Response> {
    const target = passOnTarget(request.url, this.config.AUTH_HTTP_URL);
    if (target === null) throw new Fault('not-found', 'There is nothing here.');
    // auth counts attempts by address; TRUSTED_PROXIES there has to name this service.
    const headers = new Headers({ 'x-forwarded-for': request.ip });
    for (const name of [...passedOn, 'sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    try {
      return await fetch(target, {
        method: request.method,
        headers,
        body: typeof request.body === 'string' ? request.body : undefined,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.config.CALL_TIMEOUT_MS),
      });
    } catch (error) {
      throw new Fault('unavailable', 'Signing in is not possible at the moment. Please try again.', {
        cause: error,
        retryAfterSeconds: 1,
      });
    }
  }
}
