/** A tool call, or a piece of one in a stream, as an OpenAI dialect may write it: members missing, null, or of another type. */
export interface DialectToolCall {
  [member: string]: unknown;
  index?: number | null;
  id?: string | null;
  type?: string | null;
  function?: { [member: string]: unknown; name?: string | null; arguments?: unknown } | null;
}

/**
 * The tool calls of a plain answer with everything OpenAI promises: an id, a type, arguments as JSON text.
 * @param mintId an id for a call that came without one
 */
export function completeToolCalls(
  calls: readonly DialectToolCall[],
  mintId: (index: number) => string,
): Record<string, unknown>[] {
  return calls.map(({ index: _index, ...call }, position) => ({
    ...call,
    id: toolCallIdOf(call) ?? mintId(position),
    type: 'function',
    function: { name: call.function?.name ?? '', arguments: argumentsText(call) || '{}' },
  }));
}

/** Null where there is none; some services write the word. */
export function toolCallIdOf(call: DialectToolCall): string | null {
  return call.id && call.id !== 'null' ? call.id : null;
}

/** Arguments are text in OpenAI's shape; a few services send the object itself. */
export function argumentsText(call: DialectToolCall): string {
  const value = call.function?.arguments;
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
