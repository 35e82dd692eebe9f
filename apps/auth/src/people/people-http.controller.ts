import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PeopleHttp } from './people-http.js';

/** /api/auth: sign-up, sign-in, sessions, organisations, for browsers. The dashboard's server passes it on. */
@Controller('api/auth')
export class PeopleHttpController {
  constructor(private readonly http: PeopleHttp) {}

  @All('*')
  async answer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.http.answer({
      method: request.method,
      url: request.url,
      address: request.ip,
      headers: request.headers,
      body: request.body instanceof Buffer ? request.body : undefined,
    });
    reply.status(answer.status);
    reply.header('cache-control', 'no-store');
    for (const [name, value] of answer.headers) {
      if (name !== 'set-cookie' && name !== 'cache-control') reply.header(name, value);
    }
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) reply.header('set-cookie', cookies);
    await reply.send(await answer.text());
  }
}
