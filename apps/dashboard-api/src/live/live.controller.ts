import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Account, OrganisationMembership } from '@tokenroute/contracts';
import { Ending } from '@tokenroute/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentOrganisation } from '../access/caller.js';
import { toAccountAnswer } from '../account/to-account-answer.js';
import { AccountWatch } from './account-watch.js';

// A session that was ended meanwhile is noticed at the latest when the browser comes back.
const longestMs = 120_000;
const commentEveryMs = 15_000;

/**
 * Server-sent events: `activity` each time that the account's balance or what is held has changed, with the account for
 * those who may see it. A page reads again what it shows.
 */
@Controller('api/organisations/:organisationId/live')
@ApiExcludeController()
export class LiveController {
  private readonly listening = new Set<ServerResponse>();

  constructor(
    @Inject(AccountWatch) private readonly accounts: AccountWatch,
    @Inject(Ending) ending: Ending,
  ) {
    // A browser comes back by itself, to another replica.
    ending.onBegin(() => {
      for (const response of this.listening) response.end();
    });
  }

  @Get()
  listen(
    @CurrentOrganisation() { organisationId, permissions }: OrganisationMembership,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const mayRead = permissions.includes('billing:read');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      // nginx would keep events back until its buffer is full.
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 1000\n\n');
    const tell = (account: Account) => {
      const data = mayRead ? JSON.stringify(toAccountAnswer(account)) : '{}';
      raw.write(`event: activity\ndata: ${data}\n\n`);
    };
    this.listening.add(raw);
    const endListening = this.accounts.listen(organisationId, tell);
    const comments = setInterval(() => raw.write(':\n\n'), commentEveryMs);
    const end = setTimeout(() => raw.end(), longestMs);
    request.raw.once('close', () => {
      this.listening.delete(raw);
      endListening();
      clearInterval(comments);
      clearTimeout(end);
    });
  }
}
