import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { type ChatConversation, ignoredParameters } from '@tokenroute/openai-wire';
import { googleModel, type GoogleModel } from './google-models.js';
import { googleParametersOf } from './google-parameters.js';
import type { GoogleGenerationConfig, GoogleRequest } from './google-request.js';
import type { FetchedFiles } from './remote-files/remote-file.js';
import { toGoogleMessages } from './to-google-messages.js';
import { toGoogleOutput } from './to-google-output.js';
import { toGoogleThinking } from './to-google-thinking.js';
import { toGoogleTools } from './to-google-tools.js';

/** https://ai.google.dev/api/generate-content#generationconfig */
const mostStopSequences = 5;

/**
 * A conversation as a call of generateContent or streamGenerateContent.
 * @param files what was fetched of the conversation's addresses
 * @throws Fault invalid-request naming what Gemini cannot do
 */
export function toGoogleRequest(
  request: Pick<CompleteRequest, 'upstreamModel' | 'stream' | 'strictParams'>,
  conversation: ChatConversation,
  files: FetchedFiles,
): UpstreamRequest {
  const model = googleModel(request.upstreamModel);
  const method = request.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return {
    path: `/v1beta/models/${encodeURIComponent(request.upstreamModel)}:${method}`,
    headers: { accept: request.stream ? 'text/event-stream' : 'application/json' },
    ignoredParams: ignoredParameters(withoutNothing(conversation, model), googleParametersOf(model), {
      providerName: 'Gemini',
      strict: request.strictParams,
    }),
    body: JSON.stringify(toBody(conversation, model, files)),
  };
}

/** Not to think asks nothing of a model that never does. */
function withoutNothing(conversation: ChatConversation, model: GoogleModel): ChatConversation {
  const asksForNothing = model.thinking === 'none' && conversation.reasoning_effort === 'none';
  return asksForNothing ? { ...conversation, reasoning_effort: null } : conversation;
}

function toBody(conversation: ChatConversation, model: GoogleModel, files: FetchedFiles): GoogleRequest {
  const { instruction, ...output } = toGoogleOutput(conversation, model);
  const { systemInstruction, contents } = toGoogleMessages(conversation, model, files);
  const system = [...(systemInstruction?.parts ?? []), ...(instruction ? [{ text: instruction }] : [])];
  return {
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    contents,
    ...toGoogleTools(conversation, model),
    generationConfig: { ...toSampling(conversation, model), ...output },
  };
}

/** Only what was asked for: every member has a default that is the model's own. */
function toSampling(asked: ChatConversation, model: GoogleModel): GoogleGenerationConfig {
  const thinkingConfig = toGoogleThinking(asked.reasoning_effort, model);
  const maxOutputTokens = asked.max_completion_tokens ?? asked.max_tokens;
  const stopSequences = toStopSequences(asked.stop);
  return {
    ...(asked.temperature != null && { temperature: inRange('temperature', asked.temperature, 2) }),
    ...(asked.top_p != null && { topP: inRange('top_p', asked.top_p, 1) }),
    ...(asked.top_k != null && { topK: asked.top_k }),
    ...(maxOutputTokens != null && { maxOutputTokens }),
    ...(asked.n != null && asked.n !== 1 && { candidateCount: asked.n }),
    ...(stopSequences.length > 0 && { stopSequences }),
    // An int32 upstream. A seed only has to be the same the next time: folding it keeps that.
    ...(asked.seed != null && { seed: Number(BigInt.asIntN(32, BigInt(asked.seed))) }),
    ...(model.takesPenalties && toPenalties(asked)),
    ...(thinkingConfig && { thinkingConfig }),
  };
}

function toPenalties(asked: ChatConversation): GoogleGenerationConfig {
  return {
    ...(asked.presence_penalty && { presencePenalty: asked.presence_penalty }),
    ...(asked.frequency_penalty && { frequencyPenalty: asked.frequency_penalty }),
  };
}

function toStopSequences(stop: ChatConversation['stop']): string[] {
  const sequences = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((text) => text !== '');
  if (sequences.length <= mostStopSequences) return sequences;
  const message = `stop: Gemini takes at most ${mostStopSequences} sequences.`;
  throw new Fault('invalid-request', message, { param: 'stop' });
}

function inRange(param: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value;
  throw new Fault('invalid-request', `${param}: Gemini takes values from 0 to ${most}.`, { param });
}
