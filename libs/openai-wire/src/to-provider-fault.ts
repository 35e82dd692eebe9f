import { Fault, type FaultCode } from '@tokenroute/faults';

export interface ProviderError {
  providerName: string;
  status: number;
  /** As it came, for the log. */
  body: string;
  /** What the provider says is wrong. */
  message: string | undefined;
  param: string | undefined;
  /** Where the provider tells it in the body; a `Retry-After` header is read elsewhere. */
  retryAfterSeconds?: number;
  /** What the error is about, where the provider's own words tell more than the status. */
  about: 'request' | 'our-account' | 'unknown-model';
}

const callersFault: Readonly<Record<number, FaultCode>> = {
  400: 'invalid-request',
  404: 'not-found',
  413: 'too-large',
  422: 'unprocessable',
};

const maxMessageLength = 2_000;

/** Statuses with which a provider speaks of our account, whatever else it says. */
const ourAccountStatuses = [401, 402, 403];

/**
 * What an error answer means to the customer: 400, 404, 413 and 422 speak of the request and keep status and message;
 * 401, 402 and 403 speak of our account, 429 of our limits: a failed provider, whose text stays with us. A model that the
 * provider does not know keeps its status too, but it came from our catalogue: an alarm.
 */
export function toProviderFault(error: ProviderError): Fault {
  const { providerName, status, message, param, about } = error;
  const internal = `${providerName} answered ${status}: ${error.body.slice(0, maxMessageLength)}`;
  const code = callersFault[status];
  if (code && about !== 'our-account') {
    const publicMessage =
      message?.slice(0, maxMessageLength) || `${providerName} refused the request with status ${status}.`;
    return new Fault(code, publicMessage, { param, internal, alarm: about === 'unknown-model' });
  }
  return new Fault('upstream', `${providerName} failed to answer (status ${status}).`, {
    internal,
    alarm: about === 'our-account' || ourAccountStatuses.includes(status),
    retryAfterSeconds: error.retryAfterSeconds,
  });
}

/** An error in the middle of a stream. @param data the event, for the log */
export function toProviderStreamFault(providerName: string, data: string): Fault {
  return new Fault('upstream', `${providerName} reported an error in the middle of its answer.`, {
    internal: data.slice(0, maxMessageLength),
  });
}

/** An answer that is not what the provider documents. @param text what came, for the log */
export function toUnreadableFault(providerName: string, text: string, cause?: unknown): Fault {
  return new Fault('upstream', `${providerName} gave an answer that could not be read.`, {
    cause,
    internal: text.slice(0, maxMessageLength),
  });
}
