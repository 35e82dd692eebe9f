/** The event that ends a complete stream. */
export const sseDone = 'data: [DONE]\n\n';

/** One SSE event. */
export function sseEvent(json: string): string {
  return `data: ${oneLine(json)}\n\n`;
}

/** Line breaks in JSON are white space (a string escapes them), and would cut an event. */
export function oneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? json.replace(/[\r\n]+/g, ' ') : json;
}
