import { withJsonMembers } from '@tokenroute/openai-wire';

export interface OpenAiRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface OpenAiRequestInput {
  /** The client's JSON, as it came. */
  body: string;
  upstreamModel: string;
  stream: boolean;
  apiKey: string;
}

/** The client's request with the upstream model's id; a stream is always asked for its usage. Nothing else changes. */
export function toOpenAiRequest(input: OpenAiRequestInput): OpenAiRequest {
  const changes: Record<string, string> = { model: JSON.stringify(input.upstreamModel) };
  if (input.stream) changes['stream_options'] = withUsage(input.body);
  return {
    path: '/chat/completions',
    headers: {
      authorization: `Bearer ${input.apiKey}`,
      accept: input.stream ? 'text/event-stream' : 'application/json',
    },
    body: withJsonMembers(input.body, changes),
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
