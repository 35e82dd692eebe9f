import type { Answer, Usage } from '../answer.js';
import type { Json } from '../ask.js';
import type { Frame, Reply } from '../provider.js';
import { sign } from '../signature.js';

const stopReasons = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
} as const;
const TOKENS_PER_EVENT = 3;
const INPUT_CHARACTERS_PER_EVENT = 12;

const stopReason = (answer: Answer): string => answer.rawFinish ?? stopReasons[answer.finish];
const toolId = (answer: Answer, index: number): string =>
  `toolu_01${answer.seed.slice(0, 20)}${index.toString().padStart(2, '0')}`;

const stopDetails = (answer: Answer): Json | null =>
  answer.refusal ? { type: 'refusal', category: null, explanation: answer.refusal.toString() } : null;

/** input_tokens leaves out what was read from or written to the cache; output_tokens includes thinking. */
function inputUsage(usage: Usage): Json {
  return {
    input_tokens: usage.input - usage.cached - usage.cacheWrite5m - usage.cacheWrite1h,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cached,
  };
}

function startUsage(usage: Usage, output: number): Json {
  return {
    ...inputUsage(usage),
    cache_creation: {
      ephemeral_5m_input_tokens: usage.cacheWrite5m,
      ephemeral_1h_input_tokens: usage.cacheWrite1h,
    },
    output_tokens: output,
    service_tier: 'standard',
    inference_geo: 'not_available',
  };
}

const thinkingDetails = (usage: Usage): Json =>
  usage.reasoning > 0 ? { output_tokens_details: { thinking_tokens: usage.reasoning } } : {};

export function writeAnthropicPlain({ ask, answer, script }: Reply): string {
  const content: Json[] = [];
  if (!answer.thinking.empty) {
    const thinking = answer.thinking.toString();
    content.push({ type: 'thinking', thinking, signature: sign(thinking, answer.seed) });
  }
  if (!answer.text.empty) content.push({ type: 'text', text: answer.text.toString() });
  for (const [index, call] of answer.toolCalls.entries())
    content.push({ type: 'tool_use', id: toolId(answer, index), name: call.name, input: call.args });
  return JSON.stringify({
    model: ask.answeringModel,
    id: `msg_01${answer.seed.slice(0, 22)}`,
    type: 'message',
    role: 'assistant',
    content,
    stop_reason: stopReason(answer),
    stop_sequence: answer.stopSequence ?? null,
    stop_details: stopDetails(answer),
    usage: script.noUsage
      ? undefined
      : { ...startUsage(answer.usage, answer.usage.output), ...thinkingDetails(answer.usage) },
  });
}

const event = (kind: Frame['kind'], value: Json, tokens = 0): Frame => ({
  kind,
  event: String(value.type),
  data: JSON.stringify(value),
  tokens,
});

/** Usage comes twice: input (and a first output token) at the start, everything, cumulative, at the end. */
export function* writeAnthropicStream({ ask, answer, script }: Reply): Generator<Frame> {
  yield event('start', {
    type: 'message_start',
    message: {
      model: ask.answeringModel,
      id: `msg_01${answer.seed.slice(0, 22)}`,
      type: 'message',
      role: 'assistant',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      usage: script.noUsage ? undefined : startUsage(answer.usage, Math.min(1, answer.usage.output)),
    },
  });
  yield* blocks(answer, script.chunkTokens ?? TOKENS_PER_EVENT);
  yield {
    ...event('finish', {
      type: 'message_delta',
      delta: {
        stop_reason: stopReason(answer),
        stop_sequence: answer.stopSequence ?? null,
        stop_details: stopDetails(answer),
      },
      usage: script.noUsage
        ? undefined
        : {
            ...inputUsage(answer.usage),
            output_tokens: answer.usage.output,
            ...thinkingDetails(answer.usage),
          },
    }),
    // A refusal has no content events; its few tokens are the client's with its reason.
    tokens: answer.refusal?.tokens ?? 0,
    usage: !script.noUsage,
  };
  yield event('done', { type: 'message_stop' });
}

function* blocks(answer: Answer, size: number): Generator<Frame> {
  let index = 0;
  const start = (block: Json): Frame =>
    event('start', { type: 'content_block_start', index, content_block: block });
  const delta = (value: Json, tokens: number): Frame =>
    event('content', { type: 'content_block_delta', index, delta: value }, tokens);
  const stop = (): Frame => event('start', { type: 'content_block_stop', index: index++ });
  const ping = event('start', { type: 'ping' });
  if (!answer.thinking.empty) {
    yield start({ type: 'thinking', thinking: '', signature: '' });
    yield ping;
    for (const { text, tokens } of answer.thinking.pieces(size))
      yield delta({ type: 'thinking_delta', thinking: text }, tokens);
    yield delta({ type: 'signature_delta', signature: sign(answer.thinking.toString(), answer.seed) }, 0);
    yield stop();
  }
  if (!answer.text.empty) {
    yield start({ type: 'text', text: '' });
    if (index === 0) yield ping;
    for (const { text, tokens } of answer.text.pieces(size))
      yield delta({ type: 'text_delta', text }, tokens);
    yield stop();
  }
  for (const [number, call] of answer.toolCalls.entries()) {
    yield start({ type: 'tool_use', id: toolId(answer, number), name: call.name, input: {} });
    yield delta({ type: 'input_json_delta', partial_json: '' }, 0);
    // A call without arguments has no further delta.
    const json = call.argsJson === '{}' ? '' : call.argsJson;
    for (let at = 0; at < json.length; at += INPUT_CHARACTERS_PER_EVENT)
      yield delta(
        { type: 'input_json_delta', partial_json: json.slice(at, at + INPUT_CHARACTERS_PER_EVENT) },
        0,
      );
    yield { ...stop(), tokens: call.tokens };
  }
}
