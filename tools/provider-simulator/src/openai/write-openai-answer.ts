import type { Answer, Usage } from '../answer.js';
import type { Json } from '../ask.js';
import { callDeltas } from '../openai-dialect/call-deltas.js';
import type { Frame, Reply } from '../provider.js';

const finishReasons = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'stop',
} as const;
const FINGERPRINT = 'fp_simulated00';

const finishReason = (answer: Answer): string => answer.rawFinish ?? finishReasons[answer.finish];
const callId = (answer: Answer, index: number): string =>
  `call_${answer.seed.slice(0, 22)}${index.toString().padStart(2, '0')}`;

/** prompt_tokens includes cached and audio tokens; completion_tokens includes reasoning. OpenAI does not count cache writes. */
export function toOpenaiUsage(usage: Usage): Json {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: usage.audio },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

export function writeOpenaiPlain({ ask, answer, script }: Reply): string {
  const message: Json = {
    role: 'assistant',
    content: answer.toolCalls.length > 0 && answer.text.empty ? null : answer.text.toString(),
    refusal: null,
    annotations: [],
  };
  if (answer.refusal) Object.assign(message, { content: null, refusal: answer.refusal.toString() });
  if (answer.toolCalls.length > 0)
    message.tool_calls = answer.toolCalls.map((call, index) => ({
      id: callId(answer, index),
      type: 'function',
      function: { name: call.name, arguments: call.argsJson },
    }));
  return JSON.stringify({
    id: `chatcmpl-${answer.seed.slice(0, 29)}`,
    object: 'chat.completion',
    created: answer.created,
    model: ask.answeringModel,
    choices: Array.from({ length: ask.choices }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason: finishReason(answer),
    })),
    usage: script.noUsage ? undefined : toOpenaiUsage(answer.usage),
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  });
}

/** With `include_usage` every chunk has `usage`, null but in the last, whose `choices` are empty. */
export function* writeOpenaiStream(reply: Reply): Generator<Frame> {
  const { ask, answer, script } = reply;
  const usageInFinish = script.usageIn === 'finish';
  const withUsage = ask.streamUsage && !script.noUsage;
  const head =
    `{"id":"chatcmpl-${answer.seed.slice(0, 29)}","object":"chat.completion.chunk","created":${answer.created},` +
    `"model":${JSON.stringify(ask.answeringModel)},"service_tier":"default","system_fingerprint":"${FINGERPRINT}","choices":[`;
  const usage = JSON.stringify(toOpenaiUsage(answer.usage));
  const tail = withUsage ? '],"usage":null}' : ']}';
  const reasoning = answer.thinking.tokens;
  for (let index = 0; index < ask.choices; index++) {
    const chunk = (delta: string, finish = 'null', end = tail): string =>
      `${head}{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finish}}${end}`;
    const first = answer.toolCalls.length > 0 ? 'null,"refusal":null' : '"","refusal":null';
    yield { kind: 'start', data: chunk(`{"role":"assistant","content":${first}}`), tokens: reasoning };
    for (const { delta, tokens } of deltas(reply)) yield { kind: 'content', data: chunk(delta), tokens };
    const last = withUsage && usageInFinish && index === ask.choices - 1;
    yield {
      kind: 'finish',
      data: chunk('{}', JSON.stringify(finishReason(answer)), last ? `],"usage":${usage}}` : tail),
      tokens: 0,
      usage: last,
    };
  }
  if (withUsage && !usageInFinish)
    yield { kind: 'usage', data: `${head}],"usage":${usage}}`, tokens: 0, usage: true };
  yield { kind: 'done', data: '[DONE]', tokens: 0 };
}

function* deltas({ answer, script }: Reply): Generator<{ delta: string; tokens: number }> {
  const size = script.chunkTokens ?? 1;
  for (const { text, tokens } of answer.text.pieces(size))
    yield { delta: `{"content":${JSON.stringify(text)}}`, tokens };
  for (const { text, tokens } of answer.refusal?.pieces(size) ?? [])
    yield { delta: `{"refusal":${JSON.stringify(text)}}`, tokens };
  yield* callDeltas(answer, (index) => callId(answer, index));
}
