import type { Answer, Usage } from '../answer.js';
import type { Json } from '../ask.js';
import type { Frame, Reply } from '../provider.js';

const finishReasons = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'stop',
} as const;
const PADDING = 'abcdefghijklmnopqrstuvwxyz';

const finishReason = (answer: Answer): string => answer.rawFinish ?? finishReasons[answer.finish];
const callId = (answer: Answer, index: number): string =>
  answer.seed.slice(0, 7) + index.toString(16).padStart(2, '0');
const thinkingPart = (text: string): Json => ({
  type: 'thinking',
  thinking: [{ type: 'text', text }],
  closed: true,
});

export function toMistralUsage(usage: Usage): Json {
  return {
    prompt_tokens: usage.input,
    total_tokens: usage.input + usage.output,
    completion_tokens: usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    ...(usage.cached > 0 && { num_cached_tokens: usage.cached }),
  };
}

function toolCalls(answer: Answer, indexed: boolean): Json[] {
  return answer.toolCalls.map((call, index) => ({
    id: callId(answer, index),
    function: { name: call.name, arguments: call.argsJson },
    ...(indexed && { index }),
  }));
}

export function writeMistralPlain({ ask, answer, script }: Reply): string {
  const text = (answer.refusal ?? answer.text).toString();
  const message: Json = {
    role: 'assistant',
    tool_calls: answer.toolCalls.length > 0 ? toolCalls(answer, false) : null,
    content: answer.thinking.empty
      ? text
      : [thinkingPart(answer.thinking.toString()), { type: 'text', text }],
  };
  return JSON.stringify({
    id: answer.seed.slice(0, 32),
    created: answer.created,
    model: ask.answeringModel,
    usage: script.noUsage ? undefined : toMistralUsage(answer.usage),
    object: 'chat.completion',
    choices: Array.from({ length: ask.choices }, (_, index) => ({
      index,
      finish_reason: finishReason(answer),
      message,
    })),
  });
}

/** Thinking comes as parts, text as strings, tool calls whole and together with the finish reason and the usage. */
export function* writeMistralStream({ ask, answer, script }: Reply): Generator<Frame> {
  const head =
    `{"id":"${answer.seed.slice(0, 32)}","object":"chat.completion.chunk","created":${answer.created},` +
    `"model":${JSON.stringify(ask.answeringModel)},"choices":[`;
  const size = script.chunkTokens ?? 1;
  const usage = script.noUsage ? '' : `,"usage":${JSON.stringify(toMistralUsage(answer.usage))}`;
  for (let index = 0; index < ask.choices; index++) {
    let count = 0;
    const chunk = (delta: string, finish = 'null', more = ''): string =>
      `${head}{"index":${index},"delta":${delta},"finish_reason":${finish}}]${more},"p":"${PADDING.slice(0, 1 + ((count++ * 7) % 25))}"}`;
    yield { kind: 'start', data: chunk('{"role":"assistant","content":""}'), tokens: 0 };
    for (const { text, tokens } of answer.thinking.pieces(size))
      yield { kind: 'content', data: chunk(JSON.stringify({ content: [thinkingPart(text)] })), tokens };
    for (const { text, tokens } of (answer.refusal ?? answer.text).pieces(size))
      yield { kind: 'content', data: chunk(`{"content":${JSON.stringify(text)}}`), tokens };
    const calls = answer.toolCalls.length > 0;
    const delta = calls
      ? JSON.stringify({ content: null, tool_calls: toolCalls(answer, true) })
      : '{"content":""}';
    const last = index === ask.choices - 1;
    yield {
      kind: 'finish',
      data: chunk(delta, JSON.stringify(finishReason(answer)), last ? usage : ''),
      tokens: answer.toolCalls.reduce((sum, call) => sum + call.tokens, 0),
      usage: last && usage !== '',
    };
  }
  yield { kind: 'done', data: '[DONE]', tokens: 0 };
}
