import type { ServerResponse } from 'node:http';
import { rateLimitHeaderNames } from './rate-limit-headers.js';

/** On the raw response: whoever sends the answer, as JSON, as a stream or as an error, sends these with it. */
export function tellLimits(response: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

export function limitsAreTold(response: ServerResponse): boolean {
  return Object.values(rateLimitHeaderNames).some(({ limit }) => response.hasHeader(limit));
}
