import type { ProviderName } from '../provider.js';

/* eslint-disable @typescript-eslint/no-explicit-any */

/** What came back, in no provider's words; read the way an adapter has to. */
export interface ReadAnswer {
  text: string;
  thinking: string;
  refusal: string;
  calls: { name: string; args: unknown }[];
  finish: string | undefined;
  /** input includes cached tokens, output includes reasoning. */
  usage: { input: number; output: number; cached: number; reasoning: number } | undefined;
  /** The stream ended as the provider ends one. */
  done: boolean;
  /** The assistant's turn, ready to be sent back with the next request. */
  turn: any;
}

export interface SseEvent {
  event: string | undefined;
  data: string;
}

export function readSse(text: string): SseEvent[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((block) => block.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith(':')))
    .filter((lines) => lines.length > 0)
    .map((lines) => ({
      event: lines.find((line) => line.startsWith('event: '))?.slice(7),
      data: lines.find((line) => line.startsWith('data: '))?.slice(6) ?? '',
    }));
}

const empty = (): ReadAnswer => ({
  text: '',
  thinking: '',
  refusal: '',
  calls: [],
  finish: undefined,
  usage: undefined,
  done: false,
  turn: undefined,
});

export function readPlainAnswer(provider: ProviderName, body: any): ReadAnswer {
  const answer = empty();
  answer.done = true;
  if (provider === 'anthropic') readAnthropicMessage(answer, body);
  else if (provider === 'google') readGoogle(answer, [body]);
  else readDialectMessage(answer, body.choices[0].message, body);
  return answer;
}

export function readStreamedAnswer(provider: ProviderName, text: string): ReadAnswer {
  const answer = empty();
  const events = readSse(text);
  const values = events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data));
  answer.done = events.at(-1)?.data === '[DONE]' || events.at(-1)?.event === 'message_stop';
  if (provider === 'anthropic') readAnthropicMessage(answer, joinAnthropic(values));
  else if (provider === 'google') {
    readGoogle(answer, values);
    answer.done = answer.finish !== undefined;
  } else readDialectMessage(answer, ...joinDialect(values));
  return answer;
}

function readDialectMessage(answer: ReadAnswer, message: any, body: any): void {
  const parts = Array.isArray(message.content)
    ? message.content
    : [{ type: 'text', text: message.content ?? '' }];
  answer.text = parts.map((part: any) => part.text ?? '').join('');
  answer.thinking =
    message.reasoning_content ??
    parts.map((part: any) => (part.thinking ?? []).map((chunk: any) => chunk.text).join('')).join('');
  answer.refusal = message.refusal ?? '';
  answer.calls = (message.tool_calls ?? []).map((call: any) => ({
    name: call.function.name,
    args: JSON.parse(call.function.arguments),
  }));
  answer.finish = body.choices[0].finish_reason ?? undefined;
  const { usage } = body;
  answer.usage = usage && {
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    cached: usage.prompt_tokens_details.cached_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
  const { annotations: _, refusal: __, ...turn } = message;
  answer.turn = JSON.parse(
    JSON.stringify(turn, (key, value) =>
      key === 'index' || value === null || key === 'closed' ? undefined : value,
    ),
  );
}

function joinDialect(chunks: any[]): [message: any, body: any] {
  const message: any = { role: 'assistant', content: '' };
  const body: any = { choices: [{}], usage: undefined };
  for (const chunk of chunks) {
    if (chunk.usage) body.usage = chunk.usage;
    const choice = chunk.choices[0];
    if (!choice) continue;
    if (choice.finish_reason) body.choices[0].finish_reason = choice.finish_reason;
    const { delta } = choice;
    if (typeof delta.content === 'string') message.content += delta.content;
    if (Array.isArray(delta.content))
      message.reasoning_content = (message.reasoning_content ?? '') + delta.content[0].thinking[0].text;
    if (typeof delta.reasoning_content === 'string')
      message.reasoning_content = (message.reasoning_content ?? '') + delta.reasoning_content;
    if (delta.refusal) message.refusal = (message.refusal ?? '') + delta.refusal;
    for (const call of delta.tool_calls ?? []) {
      message.tool_calls ??= [];
      if (call.id)
        message.tool_calls[call.index] = { ...call, type: 'function', function: { ...call.function } };
      else message.tool_calls[call.index].function.arguments += call.function.arguments;
    }
  }
  return [message, body];
}

function readAnthropicMessage(answer: ReadAnswer, message: any): void {
  for (const block of message.content) {
    if (block.type === 'text') answer.text += block.text;
    if (block.type === 'thinking') answer.thinking += block.thinking;
    if (block.type === 'tool_use') answer.calls.push({ name: block.name, args: block.input });
  }
  answer.finish = message.stop_reason ?? undefined;
  answer.refusal = message.stop_details?.explanation ?? '';
  const { usage } = message;
  answer.usage = usage && {
    input: usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens,
    output: usage.output_tokens,
    cached: usage.cache_read_input_tokens,
    reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
  answer.turn = { role: 'assistant', content: message.content };
}

function joinAnthropic(events: any[]): any {
  const message: any = { content: [] };
  const json: string[] = [];
  for (const event of events) {
    const block = message.content[event.index];
    if (event.type === 'message_start') Object.assign(message, event.message);
    else if (event.type === 'content_block_start') message.content[event.index] = { ...event.content_block };
    else if (event.type === 'content_block_delta') {
      if (event.delta.text) block.text += event.delta.text;
      if (event.delta.thinking) block.thinking += event.delta.thinking;
      if (event.delta.signature) block.signature = event.delta.signature;
      json[event.index] = (json[event.index] ?? '') + (event.delta.partial_json ?? '');
    } else if (event.type === 'content_block_stop') {
      if (block.type === 'tool_use') block.input = JSON.parse(json[event.index] || '{}');
    } else if (event.type === 'message_delta') {
      Object.assign(message, event.delta);
      if (event.usage) message.usage = { ...message.usage, ...event.usage };
    }
  }
  return message;
}

function readGoogle(answer: ReadAnswer, chunks: any[]): void {
  const parts: any[] = [];
  for (const chunk of chunks) {
    const candidate = chunk.candidates?.[0];
    parts.push(...(candidate?.content?.parts ?? []));
    if (candidate?.finishReason) answer.finish = candidate.finishReason;
    if (chunk.promptFeedback) answer.finish = chunk.promptFeedback.blockReason;
    const usage = chunk.usageMetadata;
    if (usage)
      answer.usage = {
        input: usage.promptTokenCount,
        output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
        cached: usage.cachedContentTokenCount ?? 0,
        reasoning: usage.thoughtsTokenCount ?? 0,
      };
  }
  for (const part of parts) {
    if (part.functionCall) answer.calls.push({ name: part.functionCall.name, args: part.functionCall.args });
    else if (part.thought) answer.thinking += part.text;
    else answer.text += part.text;
  }
  answer.turn = { role: 'model', parts };
}
