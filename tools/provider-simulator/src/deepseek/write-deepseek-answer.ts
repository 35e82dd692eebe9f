import type { Answer, Usage } from '../answer.js';
import type { Json } from '../ask.js';
import { callDeltas } from '../openai-dialect/call-deltas.js';
import type { Frame, Reply } from '../provider.js';

const finishReasons = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
} as const;
const FINGERPRINT = 'fp_simulated00_kvcache';

const finishReason = (answer: Answer): string => answer.rawFinish ?? finishReasons[answer.finish];
const callId = (answer: Answer, index: number): string =>
  `call_${index.toString().padStart(2, '0')}_${answer.seed.slice(0, 24)}`;

/** A UUID made of the seed. */
const answerId = ({ seed: s }: Answer): string =>
  `${s.slice(0, 8)}-${s.slice(8, 12)}-4${s.slice(13, 16)}-8${s.slice(17, 20)}-${s.slice(20, 32)}`;

/** prompt_tokens = cache hit + cache miss; completion_tokens includes reasoning. */
export function toDeepseekUsage(usage: Usage): Json {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
    ...(usage.reasoning > 0 && { completion_tokens_details: { reasoning_tokens: usage.reasoning } }),
    prompt_cache_hit_tokens: usage.cached,
    prompt_cache_miss_tokens: usage.input - usage.cached,
  };
}

export function writeDeepseekPlain({ ask, answer, script }: Reply): string {
  const message: Json = { role: 'assistant', content: (answer.refusal ?? answer.text).toString() };
  if (!answer.thinking.empty) message.reasoning_content = answer.thinking.toString();
  if (answer.toolCalls.length > 0)
    message.tool_calls = answer.toolCalls.map((call, index) => ({
      index,
      id: callId(answer, index),
      type: 'function',
      function: { name: call.name, arguments: call.argsJson },
    }));
  return JSON.stringify({
    id: answerId(answer),
    object: 'chat.completion',
    created: answer.created,
    model: ask.answeringModel,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(answer) }],
    usage: script.noUsage ? undefined : toDeepseekUsage(answer.usage),
    system_fingerprint: FINGERPRINT,
  });
}

/**
 * The documentation promises usage in a chunk of its own, and only with `include_usage`; the service puts it into the
 * chunk with the finish reason, asked or not. `usage-in=separate` gives the documented form.
 */
export function* writeDeepseekStream({ ask, answer, script }: Reply): Generator<Frame> {
  const separate = script.usageIn === 'separate';
  const withUsage = !script.noUsage && (!separate || ask.streamUsage);
  const head =
    `{"id":"${answerId(answer)}","object":"chat.completion.chunk","created":${answer.created},` +
    `"model":${JSON.stringify(ask.answeringModel)},"system_fingerprint":"${FINGERPRINT}","choices":[`;
  const usage = JSON.stringify(toDeepseekUsage(answer.usage));
  const tail = ask.streamUsage ? '],"usage":null}' : ']}';
  const chunk = (delta: string, finish = 'null', end = tail): string =>
    `${head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}${end}`;
  const size = script.chunkTokens ?? 1;
  const thinks = !answer.thinking.empty;
  const noReasoning = thinks ? ',"reasoning_content":null' : '';
  yield {
    kind: 'start',
    data: chunk(`{"role":"assistant","content":${thinks ? 'null,"reasoning_content":""' : '""'}}`),
    tokens: 0,
  };
  for (const { text, tokens } of answer.thinking.pieces(size))
    yield {
      kind: 'content',
      data: chunk(`{"content":null,"reasoning_content":${JSON.stringify(text)}}`),
      tokens,
    };
  for (const { text, tokens } of (answer.refusal ?? answer.text).pieces(size))
    yield { kind: 'content', data: chunk(`{"content":${JSON.stringify(text)}${noReasoning}}`), tokens };
  for (const { delta, tokens } of callDeltas(answer, (index) => callId(answer, index)))
    yield { kind: 'content', data: chunk(delta), tokens };
  const here = withUsage && !separate;
  yield {
    kind: 'finish',
    data: chunk(
      `{"content":""${noReasoning}}`,
      JSON.stringify(finishReason(answer)),
      here ? `],"usage":${usage}}` : tail,
    ),
    tokens: 0,
    usage: here,
  };
  if (withUsage && separate)
    yield { kind: 'usage', data: `${head}],"usage":${usage}}`, tokens: 0, usage: true };
  yield { kind: 'done', data: '[DONE]', tokens: 0 };
}
