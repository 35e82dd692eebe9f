/** What a client makes of an answer, plain or streamed, whatever the provider. */
export interface ClientAnswer {
  text: string;
  reasoning: string;
  refusal: string;
  toolCalls: { name: string; arguments: unknown }[];
  finishReason: string | null;
}

/** An answer as OpenAI's own client library would hand it over: one message, its deltas joined. */
export interface AnswerMessage {
  content?: string | null;
  refusal?: string | null;
  reasoning_content?: string | null;
  tool_calls?: { id: string; type?: string; function: { name: string; arguments: string } }[];
}

/** @throws SyntaxError when a tool's arguments are not JSON */
export function toClientAnswer(message: AnswerMessage, finishReason: string | null): ClientAnswer {
  return {
    text: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    refusal: message.refusal ?? '',
    toolCalls: (message.tool_calls ?? []).map((call) => ({
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments) as unknown,
    })),
    finishReason,
  };
}
