import type { Refusal } from '../ask.js';
import type { Frame } from '../provider.js';

/** https://api-docs.deepseek.com/quick_start/error_codes */
const types: Record<number, string> = {
  401: 'authentication_error',
  402: 'unknown_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'service_unavailable_error',
};

export function writeDeepseekError({ status, message, detail }: Refusal): string {
  return JSON.stringify({
    error: {
      message,
      type: detail.type ?? types[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
      param: detail.param ?? null,
      code: detail.code ?? 'invalid_request_error',
    },
  });
}

export function writeDeepseekErrorFrame(): Frame {
  const error = {
    message: 'Simulated failure in the middle of a stream.',
    type: 'server_error',
    param: null,
    code: null,
  };
  return { kind: 'done', data: JSON.stringify({ error }), tokens: 0 };
}
