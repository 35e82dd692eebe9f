export const model = 'gpt-4o-mini';

const question =
  'A customer asks why an invoice shows a charge for an answer that was never delivered. Explain in plain words how a ' +
  'hold differs from a charge, when a hold is released, and what the receipt of a request says about both of them. ' +
  'Write for a reader who has never heard of double-entry bookkeeping, and keep it to one paragraph.';

/** Complete HTTP requests of a chat completion, one for each key. */
export function chatRequests(secrets: readonly string[], stream: boolean, ofModel = model): string[] {
  const body = JSON.stringify({
    model: ofModel,
    messages: [
      { role: 'system', content: 'You answer questions about billing.' },
      { role: 'user', content: question },
    ],
    max_completion_tokens: 600,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
  });
  return secrets.map((secret) => chatRequest(secret, body));
}

/** One with whatever body. */
export function chatRequest(secret: string, body: string): string {
  return [
    'POST /v1/chat/completions HTTP/1.1',
    'host: localhost',
    `authorization: Bearer ${secret}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
