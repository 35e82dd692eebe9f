import { Fault } from '@tokenroute/faults';
import { toProviderFault } from '@tokenroute/openai-wire';
import { errorSchema } from './google-wire.js';

const maxMessageLength = 2_000;

/** Google says 400 also where our key or our country is what it does not take. */
const ourReasons = ['API_KEY_INVALID', 'API_KEY_EXPIRED', 'API_KEY_SERVICE_BLOCKED', 'BILLING_DISABLED'];

/**
 * What an error answer means to the customer (rules 51, 53). What speaks of our account or our limits is a failed
 * provider, and its text stays with us.
 */
export function fromGoogleError(status: number, body: string): Fault {
  const { message, errorStatus, reasons, retryAfterSeconds } = readError(body);
  const ourAccount =
    errorStatus === 'FAILED_PRECONDITION' || reasons.some((reason) => ourReasons.includes(reason));
  const modelUnknown =
    status === 404 && /\bmodels\/\S+ is (not found|no longer available)/.test(message ?? '');
  return toProviderFault({
    providerName: 'Gemini',
    status,
    body,
    message,
    param: undefined,
    retryAfterSeconds,
    about: ourAccount ? 'our-account' : modelUnknown ? 'unknown-model' : 'request',
  });
}

/** An `error` member in the middle of a stream. */
export function fromGoogleStreamError(data: string): Fault {
  return new Fault('upstream', 'Gemini reported an error in the middle of its answer.', {
    internal: data.slice(0, maxMessageLength),
  });
}

/** A finish reason which says that what came is no answer. */
export function brokenAnswer(reason: string): Fault {
  return new Fault('upstream', 'Gemini wrote a function call that cannot be read.', { internal: reason });
}

interface ReadError {
  message?: string;
  /** e.g. `INVALID_ARGUMENT` */
  errorStatus?: string;
  reasons: string[];
  /** Google tells it in the body, not in a header. */
  retryAfterSeconds?: number;
}

function readError(body: string): ReadError {
  try {
    const json: unknown = JSON.parse(body);
    const { error } = errorSchema.parse(Array.isArray(json) ? json[0] : json);
    const delay = error.details?.find(({ retryDelay }) => retryDelay)?.retryDelay;
    const seconds = Math.ceil(Number.parseFloat(delay ?? ''));
    return {
      message: error.message?.slice(0, maxMessageLength) || undefined,
      errorStatus: error.status ?? undefined,
      reasons: (error.details ?? []).flatMap(({ reason }) => reason ?? []),
      retryAfterSeconds: seconds > 0 ? seconds : undefined,
    };
  } catch {
    return { reasons: [] };
  }
}
