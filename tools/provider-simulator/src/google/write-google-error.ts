import type { Json, Refusal } from '../ask.js';
import type { Frame } from '../provider.js';

/** https://ai.google.dev/gemini-api/docs/troubleshooting */
const statuses: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Seconds to wait stand in the body, as RetryInfo; the service sends no retry-after header, the simulator does both. */
export function writeGoogleError({ status, message, detail }: Refusal): string {
  const details: Json[] = [];
  if (detail.code !== undefined)
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: detail.code,
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    });
  if (detail.retryAfterSeconds !== undefined)
    details.push({
      '@type': 'type.googleapis.com/google.rpc.RetryInfo',
      retryDelay: `${detail.retryAfterSeconds}s`,
    });
  const error = {
    code: status,
    message,
    status: statuses[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'),
    ...(details.length > 0 && { details }),
  };
  return JSON.stringify({ error });
}

export function writeGoogleErrorFrame(): Frame {
  const error = { code: 503, message: 'Simulated failure in the middle of a stream.', status: 'UNAVAILABLE' };
  return { kind: 'done', data: JSON.stringify({ error }), tokens: 0 };
}
