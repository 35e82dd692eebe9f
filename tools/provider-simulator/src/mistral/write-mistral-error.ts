import type { Refusal } from '../ask.js';
import type { Frame } from '../provider.js';

const types: Record<number, string> = {
  401: 'unauthorized',
  404: 'invalid_request_error',
  429: 'rate_limited',
  503: 'service_unavailable',
};
const codes: Record<number, string> = { 429: '1300' };

/** Two forms: what the service says itself, and `detail` from the gate before it (401) or from its validator (422). */
export function writeMistralError({ status, message, detail }: Refusal): string {
  if (status === 401 && detail.type === undefined) return JSON.stringify({ detail: message });
  return JSON.stringify({
    object: 'error',
    message: detail.fields ? { detail: detail.fields } : message,
    type: detail.type ?? types[status] ?? (status >= 500 ? 'internal_server_error' : 'invalid_request_error'),
    param: detail.param ?? null,
    code: detail.code ?? codes[status] ?? null,
  });
}

export function writeMistralErrorFrame(): Frame {
  const error = {
    object: 'error',
    message: 'Simulated failure in the middle of a stream.',
    type: 'internal_server_error',
    param: null,
    code: '3700',
  };
  return { kind: 'done', data: JSON.stringify(error), tokens: 0 };
}
