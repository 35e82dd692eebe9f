import { Controller, Post, Req, Res } from '@nestjs/common';
import { Fault } from '@tokenroute/faults';
import type { FastifyReply } from 'fastify';
import { answerHeaders } from '../http/answer-headers.js';
import type { AuthenticatedRequest } from '../http/authentication.js';
import { KeptAnswers } from '../idempotency/kept-answers.js';
import { tellLimits } from '../limits/tell-limits.js';
import {
  type AnsweredChat,
  ChatCompletionService,
  type HeldChat,
  receiptHeaders,
} from './chat-completion.service.js';
import type { Answer } from './answer.js';
import { readChatOptions } from './chat-options.js';
import { PlainAnswer } from './plain-answer.js';
import { StreamAnswer } from './stream-answer.js';

@Controller('v1/chat/completions')
export class ChatCompletionsController {
  constructor(
    private readonly chats: ChatCompletionService,
    private readonly keptAnswers: KeptAnswers,
  ) {}

  @Post()
  async create(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0)
      throw new Fault('invalid-request', 'The request body is missing.');
    const { id: requestId, apiKey: key, span } = request;
    const received = { requestId, key, body, options: readChatOptions(request.headers), span };
    if (received.options.dryRun) {
      const quote = await this.chats.quote(received);
      await reply.status(200).send(quote);
      return;
    }
    const chat = await this.chats.hold(received);
    if (chat.kind === 'answered') return this.answerAgain(chat, key.accountId, reply);
    const headers = receiptHeaders(chat);
    tellLimits(reply.raw, chat.admission.headers);
    try {
      await this.chats.answer(chat, this.answerTo(chat, reply, headers), (cancel) => {
        // Whoever named a request will ask again for its answer.
        if (chat.name) return;
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) cancel();
        });
      });
    } catch (error) {
      reply.headers(headers);
      throw error;
    }
    // Sent on the raw response, or the client is gone: either way Fastify has nothing left to send.
    reply.hijack();
  }

  private async answerAgain(
    { requestId }: AnsweredChat,
    accountId: string,
    reply: FastifyReply,
  ): Promise<void> {
    reply.header(answerHeaders.requestId, requestId);
    const { headers, body } = await this.keptAnswers.again(requestId, accountId);
    await reply
      .status(200)
      .headers({ ...headers, [answerHeaders.replayed]: 'true' })
      .type('application/json; charset=utf-8')
      .send(body);
  }

  private answerTo(chat: HeldChat, { raw }: FastifyReply, headers: Record<string, string>): Answer {
    if (chat.request.stream === true) return new StreamAnswer(raw, headers);
    if (chat.name === null) return new PlainAnswer(raw, headers);
    return new PlainAnswer(raw, headers, (sent, completed) =>
      this.keptAnswers.keep(chat.requestId, { headers: sent, completed }),
    );
  }
}
