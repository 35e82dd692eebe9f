/** What the end of a streamed answer tells of it. */
export interface CompletionEnd {
  /** Exact decimal of USD; undefined when it is not known yet. */
  cost: string | undefined;
  inputTokens: number;
  outputTokens: number;
}

export type CompletionEvent =
  { kind: 'text'; text: string } | { kind: 'end'; end: CompletionEnd } | { kind: 'failure'; message: string };

interface Chunk {
  choices?: { delta?: { content?: string | null } }[];
  usage?: { cost?: string | number; prompt_tokens?: number; completion_tokens?: number } | null;
  error?: { message?: string };
}

/** Reads a stream of chat completion chunks (SSE) piece by piece, wherever it was cut. */
export class CompletionStream {
  private rest = '';

  push(text: string): CompletionEvent[] {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line.startsWith('data: ') ? eventsOf(line.slice('data: '.length)) : []));
  }
}

function eventsOf(data: string): CompletionEvent[] {
  if (data === '[DONE]') return [];
  const chunk = JSON.parse(data) as Chunk;
  if (chunk.error) return [{ kind: 'failure', message: chunk.error.message ?? 'The answer broke off.' }];
  const events: CompletionEvent[] = [];
  const text = chunk.choices?.[0]?.delta?.content;
  if (text) events.push({ kind: 'text', text });
  const { usage } = chunk;
  if (usage) {
    events.push({
      kind: 'end',
      end: {
        cost: usage.cost === undefined ? undefined : String(usage.cost),
        inputTokens: usage.prompt_tokens ?? 0,
        outputTokens: usage.completion_tokens ?? 0,
      },
    });
  }
  return events;
}
