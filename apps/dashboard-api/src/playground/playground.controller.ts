import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Body, Controller, Headers, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Fault } from '@tokenroute/faults';
import { type ObservedRequest, type Span, traceparentOf } from '@tokenroute/service-kit';
import type { FastifyReply } from 'fastify';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';

/** In which the page sends the key that pays. */
const playgroundKeyHeader = 'x-tokenroute-key';

/** Sends a completion on to the gateway with the key that the page was given: pages reach no other origin than this one. */
@Controller('api/organisations/:organisationId/playground')
@ApiExcludeController()
export class PlaygroundController {
  constructor(@Inject(CONFIG) private readonly config: DashboardConfig) {}

  @Post()
  async complete(
    @Headers(playgroundKeyHeader) key: string | undefined,
    @Body() body: unknown,
    @Req() { ip, span }: ObservedRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!key)
      throw new Fault('invalid-request', 'A key is needed to pay for it.', { param: playgroundKeyHeader });
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const answer = await this.ask({ key, body, ip, span }, gone.signal);
    reply
      .status(answer.status)
      .header('content-type', answer.headers.get('content-type') ?? 'application/json');
    const requestId = answer.headers.get('x-request-id');
    if (requestId !== null) reply.header('x-request-id', requestId);
    await reply.send(answer.body ? Readable.fromWeb(answer.body as ReadableStream) : '');
  }

  private async ask(
    { key, body, ip, span }: { key: string; body: unknown; ip: string; span: Span | null },
    signal: AbortSignal,
  ): Promise<Response> {
    const traceparent = traceparentOf(span);
    try {
      return await fetch(`${this.config.GATEWAY_URL}/v1/chat/completions`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          // The gateway counts keys that nobody has by address.
          'x-forwarded-for': ip,
          ...(traceparent !== undefined && { traceparent }),
        },
        body: JSON.stringify(body),
        signal,
      });
    } catch (error) {
      throw new Fault('unavailable', 'The gateway cannot be reached. Please try again.', {
        cause: error,
        retryAfterSeconds: 1,
      });
    }
  }
}
