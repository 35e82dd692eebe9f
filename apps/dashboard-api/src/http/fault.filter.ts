import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { asFault, Fault, type FaultCode } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import type { FastifyReply } from 'fastify';

const codeByStatus: Record<number, FaultCode> = {
  400: 'invalid-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'too-large',
  415: 'unsupported-media-type',
};

/** Every error of /api leaves as `{ error: { code, message, param } }`; what is not a Fault keeps its text to the log. */
@Catch()
export class FaultFilter implements ExceptionFilter<unknown> {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    answerFault(error, host.switchToHttp().getResponse<FastifyReply>(), this.logger);
  }
}

export function answerFault(error: unknown, reply: FastifyReply, logger: Logger): void {
  const fault = toFault(error);
  const { code, publicMessage, param, retryAfterSeconds } = fault;
  if (code === 'internal' || code === 'unavailable') {
    logger.error({ err: fault.cause ?? fault, internal: fault.internal }, 'request failed');
  }
  if (reply.raw.headersSent) return void reply.raw.destroy();
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  void reply.status(fault.httpStatus).send({ error: { code, message: publicMessage, param: param ?? null } });
}

/** The framework's own refusals carry a status and no Fault. */
function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const { statusCode, status } = error as { statusCode?: number; status?: number };
  const code = codeByStatus[statusCode ?? status ?? 0];
  if (code === undefined) return asFault(error);
  if (code === 'not-found') return new Fault(code, 'There is nothing here.');
  return new Fault(code, 'The request could not be read.', { cause: error });
}
