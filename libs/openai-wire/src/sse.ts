/** The event that ends a complete stream. */
export const sseDone = 'data: [DONE]\n\n';

/** One SSE event with a single-line JSON payload. */
export function sseEvent(json: string): string {
  return `data: ${json}\n\n`;
}
