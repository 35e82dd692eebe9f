import type { Refusal } from '../ask.js';
import type { Frame } from '../provider.js';

/** https://platform.openai.com/docs/guides/error-codes */
function typeOf(status: number): string {
  if (status === 429) return 'requests';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

function codeOf(status: number): string | null {
  return status === 429 ? 'rate_limit_exceeded' : null;
}

export function writeOpenaiError({ status, message, detail }: Refusal): string {
  return JSON.stringify({
    error: {
      message,
      type: detail.type ?? typeOf(status),
      param: detail.param ?? null,
      code: detail.code ?? codeOf(status),
    },
  });
}

export function writeOpenaiErrorFrame(): Frame {
  const error = {
    message: 'Simulated failure in the middle of a stream.',
    type: 'server_error',
    param: null,
    code: null,
  };
  return { kind: 'done', data: JSON.stringify({ error }), tokens: 0 };
}
