import { Controller, Post, Req, Res } from '@nestjs/common';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply } from 'fastify';
import type { AuthenticatedRequest } from '../http/authentication.js';
import { ChatCompletionService, receiptHeaders } from './chat-completion.service.js';
import { readChatOptions } from './chat-options.js';
import { PlainAnswer } from './plain-answer.js';
import { StreamAnswer } from './stream-answer.js';

@Controller('v1/chat/completions')
export class ChatCompletionsController {
  constructor(private readonly chats: ChatCompletionService) {}

  @Post()
  async create(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0)
      throw new Fault('invalid-request', 'The request body is missing.');
    const options = readChatOptions(request.headers);
    if (options.dryRun) {
      const quote = await this.chats.quote(request.id, request.apiKey, body, options);
      await reply.status(200).send(quote);
      return;
    }
    const chat = await this.chats.hold(request.id, request.apiKey, body, options);
    const headers = receiptHeaders(chat);
    reply.headers(headers);
    const answer =
      chat.request.stream === true
        ? new StreamAnswer(reply.raw, headers)
        : new PlainAnswer(reply.raw, headers);
    await this.chats.answer(chat, answer, (cancel) => {
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished) cancel();
      });
    });
    // Sent on the raw response, or the client is gone: either way Fastify has nothing left to send.
    reply.hijack();
  }
}
