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
import { fromOpenAiUsage } from './from-openai-usage.js';
import { chunkSchema, type OpenAiChunk } from './openai-wire.js';

/**
 * A stream's chunks, passed on as they are but for the model's id and the usage, which waits until it is paid.
 * Feed the data of every event to `push`, then call `end`.
 */
export class OpenAiStream implements StreamTranslation {
  private finished = false;
  private usage: Usage | null = null;
  private usageChunk: string | null = null;
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
    if (data === '[DONE]') return '';
    const chunk = readChunk(data);
    if (chunk.error != null) throw toProviderStreamFault('OpenAI', data);
    this.count(chunk);
    const usage = fromOpenAiUsage(chunk.usage);
    if (usage) return this.keepUsage(usage, data, chunk);
    return sseEvent(this.asAskedFor(data, 'usage' in chunk));
  }

  /**
   * The provider closed the stream.
   * @returns the usage (null: the provider told none) and the usage chunk, if the client asked for it
   * @throws Fault upstream when the stream broke off before its finish event
   */
  end(): AnswerEnd {
    if (!this.finished) {
      throw new Fault('upstream', 'OpenAI broke off in the middle of its answer.');
    }
    const completed =
      this.includeUsage && this.usageChunk !== null
        ? completedWithUsage(this.usageChunk, 'data: ', '\n\n')
        : completedWithoutUsage();
    return { usage: this.usage, completed };
  }

  private count(chunk: OpenAiChunk): void {
    for (const choice of chunk.choices ?? []) {
      if (choice.finish_reason) this.finished = true;
      this.generatedBytes += Buffer.byteLength(choice.delta?.content ?? '');
      this.generatedBytes += Buffer.byteLength(choice.delta?.refusal ?? '');
      for (const call of choice.delta?.tool_calls ?? []) {
        this.generatedBytes += Buffer.byteLength(call.function?.arguments ?? '');
      }
    }
  }

  private keepUsage(usage: Usage, data: string, chunk: OpenAiChunk): string {
    this.usage = usage;
    this.usageChunk = this.renamed(withJsonMembers(data, { choices: '[]' }));
    // Some servers put the usage on the last ordinary chunk: that one still goes out, without it.
    if (!chunk.choices?.length) return '';
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

function readChunk(data: string): OpenAiChunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (error) {
    throw toUnreadableFault('OpenAI', data, error);
  }
}
