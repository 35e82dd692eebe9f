import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { asFault, Fault, type FaultCode } from '@tokenroute/faults';
import { toErrorBody } from '@tokenroute/openai-wire';
import type { Logger } from '@tokenroute/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { countRefusal } from '../limits/limit-metrics.js';
import { RateLimited } from '../limits/rate-limited.js';
import { tellLimits } from '../limits/tell-limits.js';
import { Overloaded } from '../overload/overloaded.js';
import { countShed } from '../overload/overload-metrics.js';
import { notFoundMessage } from './not-found-message.js';

const codeByStatus: Record<number, FaultCode> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** Every error leaves in the one error body; what is not a Fault keeps its text to the log. */
@Catch()
export class FaultFilter implements ExceptionFilter<unknown> {
  constructor(
    private readonly logger: Logger,
    private readonly maxBodyBytes: number,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const fault = this.toFault(error, request);
    if (fault instanceof Overloaded) countShed(fault.reason);
    else if (fault.code === 'internal' || fault.code === 'unavailable') {
      const { internal, cause } = fault;
      this.logger.error({ err: cause ?? fault, internal, requestId: request.id }, 'request failed');
    }
    if (fault instanceof RateLimited) {
      countRefusal(fault.exceeded);
      tellLimits(reply.raw, fault.headers);
    }
    if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds));
    if (fault.code === 'authentication') reply.header('www-authenticate', 'Bearer');
    reply.status(fault.httpStatus).send(toErrorBody(fault));
  }

  /** The framework's own refusals (no such path, body too large) carry a status and no Fault. */
  private toFault(error: unknown, request: FastifyRequest): Fault {
    if (error instanceof Fault) return error;
    const { statusCode, status } = error as { statusCode?: number; status?: number };
    const code = codeByStatus[statusCode ?? status ?? 0];
    switch (code) {
      case undefined:
        return asFault(error);
      case 'not-found':
        return new Fault(code, notFoundMessage(request.method, request.url.split('?')[0]!));
      case 'too-large':
        return new Fault(code, `The request body is larger than ${this.maxBodyBytes} bytes.`);
      default:
        return new Fault(code, 'The request could not be read.', { cause: error });
    }
  }
}
