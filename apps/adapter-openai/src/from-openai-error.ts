import { Fault, type FaultCode } from '@tokenroute/faults';
import { errorSchema } from './openai-wire.js';

/** Statuses that speak of the caller's request; https://platform.openai.com/docs/guides/error-codes */
const callersFault: Record<number, FaultCode> = {
  400: 'invalid-request',
  404: 'not-found',
  413: 'too-large',
  422: 'unprocessable',
};

const maxMessageLength = 2_000;

/**
 * What an error answer means to the customer. The provider's 401, 402 and 403 speak of our account, its 429 of our
 * limits: all are a failed provider, and their text stays with us.
 */
export function fromOpenAiError(status: number, body: string): Fault {
  const { message, param, code } = readError(body);
  const internal = `OpenAI answered ${status}: ${body.slice(0, maxMessageLength)}`;
  const callersCode = callersFault[status];
  // An id from our own catalogue that the provider does not know is our fault, not the caller's.
  if (callersCode && code !== 'model_not_found') {
    const publicMessage = message ?? `OpenAI refused the request with status ${status}.`;
    return new Fault(callersCode, publicMessage, { param, internal });
  }
  return new Fault('upstream', `OpenAI failed to answer (status ${status}).`, { internal });
}

/** An `error` member in the middle of a stream. */
export function fromOpenAiStreamError(data: string): Fault {
  return new Fault('upstream', 'OpenAI reported an error in the middle of its answer.', {
    internal: data.slice(0, maxMessageLength),
  });
}

function readError(body: string): { message?: string; param?: string; code?: string } {
  try {
    const { error } = errorSchema.parse(JSON.parse(body));
    return {
      message: error.message?.slice(0, maxMessageLength) || undefined,
      param: error.param ?? undefined,
      code: error.code == null ? undefined : String(error.code),
    };
  } catch {
    return {};
  }
}
