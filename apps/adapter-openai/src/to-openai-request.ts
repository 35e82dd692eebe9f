import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { withJsonMembers } from '@tokenroute/openai-wire';

/** The client's request with the upstream model's id; a stream is always asked for its usage. Nothing else changes. */
export function toOpenAiRequest(
  request: Pick<CompleteRequest, 'body' | 'upstreamModel' | 'stream'>,
  apiKey: string,
): UpstreamRequest {
  const body = request.body.toString('utf8');
  const changes: Record<string, string> = { model: JSON.stringify(request.upstreamModel) };
  if (request.stream) changes['stream_options'] = withUsage(body);
  return {
    path: '/chat/completions',
    headers: {
      authorization: `Bearer ${apiKey}`,
      accept: request.stream ? 'text/event-stream' : 'application/json',
    },
    body: withJsonMembers(body, changes),
    ignoredParams: [],
  };
}

/** Whether the client itself asked for the usage chunk. */
export function asksForUsage(body: string): boolean {
  return streamOptionsOf(body)?.['include_usage'] === true;
}

function withUsage(body: string): string {
  return JSON.stringify({ ...streamOptionsOf(body), include_usage: true });
}

function streamOptionsOf(body: string): Record<string, unknown> | null {
  return (JSON.parse(body) as { stream_options?: Record<string, unknown> | null }).stream_options ?? null;
}
