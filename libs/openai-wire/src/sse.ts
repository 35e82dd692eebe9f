/** The event that ends a complete stream. */
export const sseDone = 'data: [DONE]\n\n';

/** One SSE event. @param json line breaks in it are white space (a string escapes them), and would cut the event */
export function sseEvent(json: string): string {
  const line = json.includes('\n') || json.includes('\r') ? json.replace(/[\r\n]+/g, ' ') : json;
  return `data: ${line}\n\n`;
}
