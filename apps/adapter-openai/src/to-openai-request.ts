import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { streamOptionsOf, withJsonMembers } from '@tokenroute/openai-wire';

/** What other providers need back on an echoed message (rule 35); OpenAI refuses members it does not know. */
const foreignMembers = /"(?:reasoning_content|reasoning_details|extra_content)"/;

/**
 * The client's request with the upstream model's id; a stream is always asked for its usage. What an echoed
 * message carries for another provider stays behind. Nothing else changes.
 */
export function toOpenAiRequest(
  request: Pick<CompleteRequest, 'body' | 'upstreamModel' | 'stream'>,
): UpstreamRequest {
  const body = request.body.toString('utf8');
  const changes: Record<string, string> = { model: JSON.stringify(request.upstreamModel) };
  if (request.stream) changes['stream_options'] = withUsage(body);
  if (foreignMembers.test(body)) changes['messages'] = withoutForeignMembers(body);
  return {
    path: '/chat/completions',
    headers: { accept: request.stream ? 'text/event-stream' : 'application/json' },
    body: withJsonMembers(body, changes),
    ignoredParams: [],
  };
}

function withUsage(body: string): string {
  return JSON.stringify({ ...streamOptionsOf(body), include_usage: true });
}

function withoutForeignMembers(body: string): string {
  const { messages } = JSON.parse(body) as { messages: Record<string, unknown>[] };
  return JSON.stringify(
    messages.map(({ reasoning_content: _text, reasoning_details: _details, ...message }) => {
      const { tool_calls: calls } = message;
      if (!Array.isArray(calls)) return message;
      return { ...message, tool_calls: calls.map(withoutExtraContent) };
    }),
  );
}

/** A message that may have no calls may have anything there: OpenAI says what is wrong with it. */
function withoutExtraContent(call: unknown): unknown {
  if (typeof call !== 'object' || call === null) return call;
  const { extra_content: _extra, ...own } = call as Record<string, unknown>;
  return own;
}
