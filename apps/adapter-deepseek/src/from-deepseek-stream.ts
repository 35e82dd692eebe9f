import type { AnswerEnd, SseEvent, StreamTranslation } from '@tokenroute/adapter-kit';
import type { CompleteRequest, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  type AnswerIdentity,
  argumentsText,
  asksForUsage,
  ChoiceProgress,
  completeChoice,
  completedWithoutUsage,
  completedWithUsage,
  reasoningDetailsChunk,
  rewriteChunk,
  rewriteUsageChunk,
  toProviderStreamFault,
  toUnreadableFault,
} from '@tokenroute/openai-wire';
import {
  chunkSchema,
  type DeepSeekChunk,
  type DeepSeekChunkChoice,
  providerName,
  reasoningFormat,
} from './deepseek-wire.js';
import { fromDeepSeekFinishReason } from './from-deepseek-finish-reason.js';
import { fromDeepSeekUsage, toClientUsage } from './from-deepseek-usage.js';

type Call = Pick<CompleteRequest, 'publicModel' | 'requestId' | 'body'>;

/** A stream's chunks, passed on as they are but for what OpenAI's shape wants otherwise. */
export class DeepSeekStream implements StreamTranslation {
  /** UTF-8 bytes of thinking, text and tool arguments so far. */
  generatedBytes = 0;

  private readonly includeUsage: boolean;
  private readonly choices = new Map<number, ChoiceProgress>();
  private identity: AnswerIdentity | null = null;
  private usage: Usage | null = null;
  private usageChunk: string | null = null;
  private finishReason = '';

  constructor(private readonly request: Call) {
    this.includeUsage = asksForUsage(request.body.toString('utf8'));
  }

  push({ data }: SseEvent): string {
    if (data === '[DONE]') return '';
    const chunk = readChunk(data);
    if (chunk.error != null) throw toProviderStreamFault(providerName, data);
    const identity = this.identify(chunk);
    this.keepUsage(chunk, data, identity);
    if (!chunk.choices?.length) return '';
    let details = '';
    const choices = chunk.choices.map((choice) => {
      const progress = this.count(choice);
      const finishReason = fromDeepSeekFinishReason(choice.finish_reason);
      // Complete, and before the finish: it is what a client has to hand back when tools come into play.
      if (finishReason)
        details += reasoningDetailsChunk(progress, identity, choice.index ?? 0, reasoningFormat);
      this.finishReason ||= finishReason ?? '';
      return completeChoice(choice, progress, finishReason);
    });
    const changed = choices.some((choice, index) => choice !== chunk.choices![index]);
    return details + rewriteChunk(data, identity, changed ? choices : null);
  }

  end(): AnswerEnd {
    const choices = [...this.choices.values()];
    if (choices.length === 0 || !choices.every(({ finished }) => finished)) {
      throw new Fault('upstream', 'DeepSeek broke off in the middle of its answer.');
    }
    const completed =
      this.includeUsage && this.usageChunk !== null
        ? completedWithUsage(this.usageChunk, 'data: ', '\n\n')
        : completedWithoutUsage();
    return { usage: this.usage, completed, finishReason: this.finishReason };
  }

  private identify(chunk: DeepSeekChunk): AnswerIdentity {
    return (this.identity ??= {
      id: chunk.id ?? `chatcmpl-${this.request.requestId}`,
      created: chunk.created ?? 0,
      model: this.request.publicModel,
    });
  }

  /** It comes with the finish reason, asked for or not, and would be repeated in a chunk of its own: the last counts. */
  private keepUsage(chunk: DeepSeekChunk, data: string, identity: AnswerIdentity): void {
    const usage = fromDeepSeekUsage(chunk.usage);
    if (!usage) return;
    this.usage = usage;
    this.usageChunk = rewriteUsageChunk(data, identity, toClientUsage(usage, chunk.usage));
  }

  private count(choice: DeepSeekChunkChoice): ChoiceProgress {
    const progress = this.progressOf(choice);
    const { content, reasoning_content: reasoning, tool_calls: calls } = choice.delta ?? {};
    progress.reasoning += reasoning ?? '';
    const generated = [content ?? '', reasoning ?? '', ...(calls ?? []).map(argumentsText)].join('');
    this.generatedBytes += Buffer.byteLength(generated);
    return progress;
  }

  private progressOf(choice: DeepSeekChunkChoice): ChoiceProgress {
    const index = choice.index ?? 0;
    const known = this.choices.get(index);
    if (known) return known;
    const progress = new ChoiceProgress((call) => `call_${this.request.requestId}_${call}`);
    this.choices.set(index, progress);
    return progress;
  }
}

function readChunk(data: string): DeepSeekChunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (error) {
    throw toUnreadableFault(providerName, data, error);
  }
}
