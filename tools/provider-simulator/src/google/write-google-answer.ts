import type { Answer, Usage } from '../answer.js';
import type { Json } from '../ask.js';
import type { Frame, Reply } from '../provider.js';
import { sign } from '../signature.js';

const finishReasons = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  refusal: 'SAFETY',
} as const;
const TOKENS_PER_EVENT = 8;

const finishReason = (answer: Answer): string => answer.rawFinish ?? finishReasons[answer.finish];

/** promptTokenCount includes cached tokens; candidatesTokenCount leaves thoughts out; total is all of them. */
function toUsage(usage: Usage, candidates: number): Json {
  const details = [{ modality: 'TEXT', tokenCount: usage.input - usage.audio }];
  if (usage.audio > 0) details.push({ modality: 'AUDIO', tokenCount: usage.audio });
  return {
    promptTokenCount: usage.input,
    ...(candidates > 0 && { candidatesTokenCount: candidates }),
    totalTokenCount: usage.input + candidates + usage.reasoning,
    ...(usage.cached > 0 && { cachedContentTokenCount: usage.cached }),
    promptTokensDetails: details,
    ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
    serviceTier: 'standard',
  };
}

function envelope({ ask, answer }: Reply, candidate: Json | undefined, usage: Json | undefined): string {
  return JSON.stringify({
    candidates: candidate && [candidate],
    promptFeedback: candidate ? undefined : { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: usage,
    modelVersion: ask.answeringModel,
    responseId: answer.seed.slice(0, 23),
  });
}

/** The first call of an answer carries the signature; a text answer of a thinking model carries it in its last part. */
function callParts(answer: Answer): Json[] {
  return answer.toolCalls.map((call, index) => ({
    functionCall: { name: call.name, args: call.args },
    ...(index === 0 && !answer.thinking.empty && { thoughtSignature: sign(call.name, answer.seed) }),
  }));
}

function ending(answer: Answer): Json {
  return {
    finishReason: finishReason(answer),
    index: 0,
    ...(answer.toolCalls.length > 0 && { finishMessage: 'Model generated function call(s).' }),
  };
}

export function writeGooglePlain(reply: Reply): string {
  const { ask, answer, script } = reply;
  const usage = script.noUsage
    ? undefined
    : toUsage(answer.usage, answer.usage.output - answer.usage.reasoning);
  if (answer.blockedPrompt) return envelope(reply, undefined, usage);
  const parts: Json[] = [];
  if (ask.showThinking && !answer.thinking.empty)
    parts.push({ text: answer.thinking.toString(), thought: true });
  if (!answer.text.empty)
    parts.push({
      text: answer.text.toString(),
      ...(!answer.thinking.empty &&
        answer.toolCalls.length === 0 && { thoughtSignature: sign('', answer.seed) }),
    });
  parts.push(...callParts(answer));
  const content =
    parts.length > 0 ? { parts, role: 'model' } : answer.refusal ? undefined : { role: 'model' };
  return envelope(reply, { content, ...ending(answer) }, usage);
}

/** Every event repeats the usage so far. */
export function* writeGoogleStream(reply: Reply): Generator<Frame> {
  const { ask, answer, script } = reply;
  const size = script.chunkTokens ?? TOKENS_PER_EVENT;
  let candidates = 0;
  const usage = (count: number): Json | undefined =>
    script.noUsage ? undefined : toUsage(answer.usage, count);
  const event = (parts: Json[], tokens: number): Frame => {
    candidates += tokens;
    const count = Math.min(candidates, answer.usage.output - answer.usage.reasoning);
    const data = envelope(reply, { content: { parts, role: 'model' }, index: 0 }, usage(count));
    return { kind: 'content', data, tokens };
  };
  let hidden = answer.thinking.tokens;
  // What was thought without being shown is the client's with the first event.
  const first = (frame: Frame): Frame => {
    const tokens = frame.tokens + hidden;
    hidden = 0;
    return { ...frame, tokens };
  };
  if (ask.showThinking) {
    hidden = 0;
    for (const { text, tokens } of answer.thinking.pieces(size))
      yield { ...event([{ text, thought: true }], 0), tokens };
  }
  for (const { text, tokens } of answer.text.pieces(size)) yield first(event([{ text }], tokens));
  const calls = callParts(answer);
  const callTokens = answer.toolCalls.reduce((sum, call) => sum + call.tokens, 0);
  if (calls.length > 0) yield first(event(calls, callTokens));
  const signed = !answer.thinking.empty && calls.length === 0;
  const parts = [{ text: '', ...(signed && { thoughtSignature: sign('', answer.seed) }) }];
  const content = answer.refusal ? undefined : { parts, role: 'model' };
  yield {
    kind: 'finish',
    data: envelope(
      reply,
      answer.blockedPrompt ? undefined : { content, ...ending(answer) },
      usage(answer.usage.output - answer.usage.reasoning),
    ),
    tokens: hidden + (answer.refusal?.tokens ?? 0),
    usage: !script.noUsage,
  };
}
