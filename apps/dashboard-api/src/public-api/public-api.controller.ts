import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';

interface Description {
  /** The gateway's own. */
  etag: string;
  text: string;
}

/** The gateway's description of the public API, for pages, which reach no other origin; with the address customers use. */
@Controller('openapi.json')
@ApiExcludeController()
export class PublicApiController {
  private known: Description | null = null;

  constructor(@Inject(CONFIG) private readonly config: DashboardConfig) {}

  @Get()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.known = await this.read(this.known);
    const { etag, text } = this.known;
    reply.header('etag', etag).header('cache-control', 'public, max-age=60');
    if (request.headers['if-none-match'] === etag) return void (await reply.status(304).send());
    await reply.type('application/json; charset=utf-8').send(text);
  }

  private async read(known: Description | null): Promise<Description> {
    const answer = await this.ask(known);
    if (answer.status === 304 && known) return known;
    if (!answer.ok) throw unavailable(`the gateway answered ${answer.status}`);
    const document = (await answer.json()) as object;
    // Its paths begin with /v1, as the address does that customers give their clients.
    const url = this.config.PUBLIC_API_URL.replace(/\/v1$/, '');
    return {
      etag: answer.headers.get('etag') ?? '',
      text: JSON.stringify({ ...document, servers: [{ url }] }),
    };
  }

  private async ask(known: Description | null): Promise<Response> {
    try {
      return await fetch(`${this.config.GATEWAY_URL}/openapi.json`, {
        headers: known ? { 'if-none-match': known.etag } : {},
        signal: AbortSignal.timeout(this.config.CALL_TIMEOUT_MS),
      });
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(cause: unknown): Fault {
  return new Fault('unavailable', 'The gateway cannot be reached. Please try again.', {
    cause,
    retryAfterSeconds: 1,
  });
}
