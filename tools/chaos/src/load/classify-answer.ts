import type { ErrorClass } from '../oracle/facts.js';

/** What a client has in hand when an exchange is over. */
export interface Received {
  status: number | null;
  /** Of the headers. */
  retryAfter: string | undefined;
  text: string;
  /** All of the HTTP body came. */
  whole: boolean;
  /** The connection's own error, as Node names it; null when there was none. */
  connectionError: string | null;
}

const brokenByUs = new Set(['upstream_error', 'service_unavailable_error']);

/** Whether the whole of an answer that is no error has come. */
export function isComplete({ status, text, whole }: Received, stream: boolean): boolean {
  if (status !== 200) return false;
  return stream ? text.endsWith('data: [DONE]\n\n') : whole;
}

/** @returns undefined for what a client cannot know how to handle */
export function classifyError(received: Received): ErrorClass | undefined {
  const { status, whole, connectionError } = received;
  if (status === null) return connectionError === 'ECONNREFUSED' ? 'transient' : 'ambiguous';
  if (status === 200) return classifyBrokenAnswer(received);
  if (!whole) return 'ambiguous';
  const type = errorTypeOf(received.text);
  switch (status) {
    case 401:
      return type === 'authentication_error' ? 'definitive' : undefined;
    case 402:
      return type === 'insufficient_quota' ? 'definitive' : undefined;
    case 409:
      if (type !== 'invalid_request_error') return undefined;
      return received.retryAfter === undefined ? 'definitive' : 'transient';
    case 429:
      return type === 'rate_limit_error' && received.retryAfter !== undefined ? 'transient' : undefined;
    case 502:
      return type === 'upstream_error' ? 'transient' : undefined;
    case 503:
      return type === 'service_unavailable_error' && received.retryAfter !== undefined
        ? 'transient'
        : undefined;
    default:
      return undefined;
  }
}

/** A stream that broke off: it says so in its last event, or its connection broke. */
function classifyBrokenAnswer({ text, whole }: Received): ErrorClass | undefined {
  const last = text.trimEnd().split('\n\n').at(-1) ?? '';
  const event = /^data: (\{"error".*)$/s.exec(last)?.[1];
  if (event !== undefined) return brokenByUs.has(errorTypeOf(event) ?? '') ? 'transient' : undefined;
  // An end in good order without [DONE] and without an error would look complete to some clients.
  return whole ? undefined : 'ambiguous';
}

function errorTypeOf(json: string): string | undefined {
  try {
    return (JSON.parse(json) as { error?: { type?: string } }).error?.type;
  } catch {
    return undefined;
  }
}
