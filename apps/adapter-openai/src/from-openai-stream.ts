import type { AnswerEnd, SseEvent, StreamTranslation } from '@tokenroute/adapter-kit';
import type { CompleteRequest, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  asksForUsage,
  completedWithoutUsage,
  completedWithUsage,
  sseEvent,
  toProviderStreamFault,
  toUnreadableFault,
  withJsonMembers,
} from '@tokenroute/openai-wire';
import { ChunkPattern } from './chunk-pattern.js';
import { fromOpenAiUsage } from './from-openai-usage.js';
import { type ReadChunk, readChunk } from './openai-wire.js';

/** A stream whose chunks fit no pattern is parsed chunk by chunk, without looking for one for ever. */
const maxPatternsTried = 8;

/**
 * A stream's chunks, passed on as they are but for the model's id and the usage, which waits until it is paid.
 * Feed the data of every event to `push`, then call `end`.
 */
export class OpenAiStream implements StreamTranslation {
  private finishReason = '';
  private usage: Usage | null = null;
  private usageChunk: string | null = null;
  private pattern: ChunkPattern | null = null;
  private patternsTried = 0;
  /** UTF-8 bytes of text and tool arguments so far. */
  generatedBytes = 0;

  private readonly model: string;
  /** Whether the client asked for the usage chunk; we always do. */
  private readonly includeUsage: boolean;

  constructor(request: Pick<CompleteRequest, 'publicModel' | 'body'>) {
    this.model = JSON.stringify(request.publicModel);
    this.includeUsage = asksForUsage(request.body.toString('utf8'));
  }

  /**
   * @returns the SSE text for the client, empty when there is none yet
   * @throws Fault upstream for an error inside the stream or a chunk that cannot be read
   */
  push({ data }: SseEvent): string {
    const fitting = this.pattern?.read(data);
    if (fitting) {
      this.generatedBytes += fitting.generatedBytes;
      return fitting.sse;
    }
    if (data === '[DONE]') return '';
    const chunk = this.read(data);
    if (chunk.error != null) throw toProviderStreamFault('OpenAI', data);
    this.finishReason ||= chunk.finishReason;
    this.generatedBytes += chunk.generatedBytes;
    const usage = fromOpenAiUsage(chunk.usage);
    if (usage) return this.keepUsage(usage, data, chunk);
    const sse = sseEvent(this.asAskedFor(data, chunk.hasUsageMember));
    if (chunk.finishReason === '') this.learn(data, chunk, sse);
    return sse;
  }

  /**
   * The provider closed the stream.
   * @returns the usage (null: the provider told none) and the usage chunk, if the client asked for it
   * @throws Fault upstream when the stream broke off before its finish event
   */
  end(): AnswerEnd {
    if (this.finishReason === '') {
      throw new Fault('upstream', 'OpenAI broke off in the middle of its answer.');
    }
    const completed =
      this.includeUsage && this.usageChunk !== null
        ? completedWithUsage(this.usageChunk, 'data: ', '\n\n')
        : completedWithoutUsage();
    return { usage: this.usage, completed, finishReason: this.finishReason };
  }

  private read(data: string): ReadChunk {
    try {
      return readChunk(data);
    } catch (error) {
      throw toUnreadableFault('OpenAI', data, error);
    }
  }

  private learn(data: string, chunk: ReadChunk, sse: string): void {
    if (this.patternsTried >= maxPatternsTried) return;
    this.patternsTried += 1;
    this.pattern = ChunkPattern.of(data, chunk, sse) ?? this.pattern;
  }

  private keepUsage(usage: Usage, data: string, chunk: ReadChunk): string {
    this.usage = usage;
    this.usageChunk = this.renamed(withJsonMembers(data, { choices: '[]' }));
    // Some servers put the usage on the last ordinary chunk: that one still goes out, without it.
    if (!chunk.hasChoices) return '';
    return sseEvent(this.renamed(withJsonMembers(data, { usage: null })));
  }

  private asAskedFor(data: string, hasUsageMember: boolean): string {
    if (hasUsageMember && !this.includeUsage) {
      return withJsonMembers(data, { model: this.model, usage: null });
    }
    return this.renamed(data);
  }

  private renamed(data: string): string {
    return withJsonMembers(data, { model: this.model });
  }
}
