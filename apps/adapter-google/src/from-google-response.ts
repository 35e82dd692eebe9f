import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  type AnswerChoice,
  completedWithUsage,
  toChatCompletion,
  type TokenCounts,
  withJsonMembers,
} from '@tokenroute/openai-wire';
import { answerIdentity } from './answer-identity.js';
import { readAnswerOptions } from './answer-options.js';
import { brokenAnswer, fromGoogleStreamError } from './from-google-error.js';
import { fromGoogleFinishReason } from './from-google-finish-reason.js';
import { fromGoogleUsage } from './from-google-usage.js';
import type { GoogleAnswer, GoogleCandidate } from './google-wire.js';
import { readGoogleAnswer } from './read-google-answer.js';
import { toReasoningDetails } from './thought-signatures.js';
import { ToolCallReader } from './tool-call-reader.js';

const untold: TokenCounts = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

type Asked = Pick<CompleteRequest, 'requestId' | 'publicModel' | 'body'>;

/**
 * A plain answer.
 * @throws Fault upstream when it is not a complete answer
 */
export function fromGoogleResponse(body: string, request: Asked): AnswerEnd {
  const answer = readGoogleAnswer(body);
  if (answer.error != null) throw fromGoogleStreamError(body);
  const usage = fromGoogleUsage(answer.usageMetadata);
  const choices = toChoices(answer, request);
  const json = toChatCompletion(answerIdentity(request), choices, usage ?? untold);
  // A usage that nobody told is left out: null is not zero.
  const told = usage === null ? withJsonMembers(json, { usage: null }) : json;
  return { completed: completedWithUsage(told), usage, finishReason: choices[0]!.finishReason };
}

function toChoices(answer: GoogleAnswer, request: Asked): AnswerChoice[] {
  const candidates = answer.candidates ?? [];
  if (candidates.length === 0) {
    // A prompt that was blocked is answered with nothing (rule 37).
    if (answer.promptFeedback?.blockReason) return [{ content: '', finishReason: 'content_filter' }];
    throw new Fault('upstream', 'Gemini gave an answer without content.');
  }
  const { parallelToolCalls } = readAnswerOptions(request.body.toString('utf8'));
  const calls = new ToolCallReader(request.requestId);
  return candidates.map((candidate) => toChoice(candidate, calls, parallelToolCalls));
}

/** Text, thoughts and calls stand in one list of parts; signatures that are not a call's are the message's. */
function toChoice(
  candidate: GoogleCandidate,
  reader: ToolCallReader,
  parallelToolCalls: boolean,
): AnswerChoice {
  const parts = candidate.content?.parts ?? [];
  const textOf = (thought: boolean) =>
    parts.map((part) => ((part.thought ?? false) === thought ? (part.text ?? '') : '')).join('');
  const called = parts.filter(({ functionCall }) => functionCall != null);
  const toolCalls = (parallelToolCalls ? called : called.slice(0, 1)).map((part) =>
    reader.fromGoogle(part.functionCall!, part.thoughtSignature),
  );
  const signatures = parts.flatMap((part) =>
    part.functionCall == null ? (part.thoughtSignature ?? []) : [],
  );
  const reason = candidate.finishReason ?? 'STOP';
  const finishReason = fromGoogleFinishReason(reason, toolCalls.length > 0);
  if (finishReason === 'broken') throw brokenAnswer(reason);
  const text = textOf(false);
  return {
    content: text === '' && toolCalls.length > 0 ? null : text,
    finishReason,
    toolCalls,
    reasoningContent: textOf(true),
    reasoningDetails: toReasoningDetails(signatures),
  };
}
