import type { Refusal } from '../ask.js';
import type { Frame } from '../provider.js';

/** https://docs.claude.com/en/api/errors */
const types: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function writeAnthropicError({ status, message, detail }: Refusal, seed: string): string {
  return JSON.stringify({
    type: 'error',
    error: {
      type: detail.type ?? types[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'),
      message,
    },
    request_id: requestId(seed),
  });
}

export function writeAnthropicErrorFrame(): Frame {
  const error = { type: 'overloaded_error', message: 'Simulated failure in the middle of a stream.' };
  return { kind: 'done', event: 'error', data: JSON.stringify({ type: 'error', error }), tokens: 0 };
}

export function requestId(seed: string): string {
  return `req_011${seed.slice(0, 21)}`;
}
