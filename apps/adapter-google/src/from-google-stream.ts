import type { AnswerEnd, SseEvent, StreamTranslation } from '@tokenroute/adapter-kit';
import type { CompleteRequest, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { ChatChunkWriter, completedWithoutUsage, completedWithUsage } from '@tokenroute/openai-wire';
import { answerIdentity } from './answer-identity.js';
import { type AnswerOptions, readAnswerOptions } from './answer-options.js';
import { brokenAnswer, fromGoogleStreamError } from './from-google-error.js';
import { fromGoogleFinishReason } from './from-google-finish-reason.js';
import { fromGoogleUsage } from './from-google-usage.js';
import type { GoogleAnswerPart, GoogleCandidate } from './google-wire.js';
import { readGoogleAnswer } from './read-google-answer.js';
import { toReasoningDetails } from './thought-signatures.js';
import { ToolCallReader } from './tool-call-reader.js';

/** What has come of one choice so far. */
interface Choice {
  toolCalls: number;
  /** Those that are not a call's: told all at once, before the finish. */
  signatures: string[];
  finished: boolean;
}

/**
 * A streamed answer. Every event is an answer of its own that holds the next parts; there is no event of another kind.
 * Feed the data of every event to `push`, then call `end`.
 */
export class GoogleStream implements StreamTranslation {
  /** UTF-8 bytes of text, thoughts and arguments so far. */
  generatedBytes = 0;

  private readonly writer: ChatChunkWriter;
  private readonly options: AnswerOptions;
  private readonly toolCalls: ToolCallReader;
  private readonly choices = new Map<number, Choice>();
  private usage: Usage | null = null;
  private finishReason = '';

  constructor(request: Pick<CompleteRequest, 'requestId' | 'publicModel' | 'body'>) {
    this.writer = new ChatChunkWriter(answerIdentity(request));
    this.options = readAnswerOptions(request.body.toString('utf8'));
    this.toolCalls = new ToolCallReader(request.requestId);
  }

  /**
   * @returns the SSE text for the client, empty when there is none yet
   * @throws Fault upstream for an error inside the stream or an event that cannot be read
   */
  push({ data }: SseEvent): string {
    if (data === '[DONE]') return '';
    const answer = readGoogleAnswer(data);
    if (answer.error != null) throw fromGoogleStreamError(data);
    // Repeated in every event, growing: the last one counts (rule 38).
    this.usage = fromGoogleUsage(answer.usageMetadata) ?? this.usage;
    const text = (answer.candidates ?? []).map((candidate) => this.candidate(candidate)).join('');
    return answer.promptFeedback?.blockReason ? text + this.blocked() : text;
  }

  /**
   * Google closed the stream.
   * @throws Fault upstream when it broke off before its finish event
   */
  end(): AnswerEnd {
    const choices = [...this.choices.values()];
    if (choices.length === 0 || choices.some(({ finished }) => !finished)) {
      throw new Fault('upstream', 'Gemini broke off in the middle of its answer.');
    }
    const { usage } = this;
    const completed =
      this.options.includeUsage && usage !== null
        ? completedWithUsage(this.writer.usageChunk(usage), 'data: ', '\n\n')
        : completedWithoutUsage();
    return { completed, usage, finishReason: this.finishReason };
  }

  private candidate(candidate: GoogleCandidate): string {
    const index = candidate.index ?? 0;
    const choice = this.choiceAt(index);
    const text = (candidate.content?.parts ?? []).map((part) => this.part(part, choice, index)).join('');
    // Older models repeat the reason in every event.
    return candidate.finishReason && !choice.finished
      ? text + this.finish(candidate.finishReason, choice, index)
      : text;
  }

  private part(part: GoogleAnswerPart, choice: Choice, index: number): string {
    if (part.functionCall != null) return this.toolCall(part, choice, index);
    if (part.thoughtSignature) choice.signatures.push(part.thoughtSignature);
    if (!part.text) return '';
    this.generatedBytes += Buffer.byteLength(part.text);
    const member = part.thought ? 'reasoning_content' : 'content';
    return this.writer.delta({ [member]: part.text }, index);
  }

  /** Calls come whole, over as many events as Gemini likes: their index runs on (rule 39). */
  private toolCall(part: GoogleAnswerPart, choice: Choice, index: number): string {
    const call = this.toolCalls.fromGoogle(part.functionCall!, part.thoughtSignature);
    this.generatedBytes += Buffer.byteLength(call.name) + Buffer.byteLength(call.arguments);
    if (choice.toolCalls > 0 && !this.options.parallelToolCalls) return '';
    choice.toolCalls += 1;
    return this.writer.toolCall(choice.toolCalls - 1, call, index);
  }

  private finish(reason: string, choice: Choice, index: number): string {
    const finishReason = fromGoogleFinishReason(reason, choice.toolCalls > 0);
    if (finishReason === 'broken') throw brokenAnswer(reason);
    choice.finished = true;
    this.finishReason ||= finishReason;
    const details = toReasoningDetails(choice.signatures);
    const signed = details.length > 0 ? this.writer.delta({ reasoning_details: details }, index) : '';
    return signed + this.writer.finish(finishReason, index);
  }

  /** A prompt that was blocked is answered with nothing (rule 37). */
  private blocked(): string {
    const choice = this.choiceAt(0);
    if (choice.finished) return '';
    choice.finished = true;
    this.finishReason ||= 'content_filter';
    return this.writer.finish('content_filter');
  }

  private choiceAt(index: number): Choice {
    const known = this.choices.get(index);
    if (known) return known;
    const choice: Choice = { toolCalls: 0, signatures: [], finished: false };
    this.choices.set(index, choice);
    return choice;
  }
}
