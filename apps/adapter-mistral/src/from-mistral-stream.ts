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
  type DialectChoice,
  reasoningDetailsChunk,
  rewriteChunk,
  rewriteUsageChunk,
  toProviderStreamFault,
  toUnreadableFault,
} from '@tokenroute/openai-wire';
import { fromMistralContent } from './from-mistral-content.js';
import { fromMistralFinishReason } from './from-mistral-finish-reason.js';
import { fromMistralUsage, toClientUsage } from './from-mistral-usage.js';
import { mintToolCallId } from './mistral-tool-call-id.js';
import {
  chunkSchema,
  type MistralChunk,
  type MistralChunkChoice,
  providerName,
  reasoningFormat,
} from './mistral-wire.js';

type Call = Pick<CompleteRequest, 'publicModel' | 'requestId' | 'body'>;

/** A stream's chunks, passed on as they are but for what OpenAI's shape wants otherwise. */
export class MistralStream implements StreamTranslation {
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

  push({ event, data }: SseEvent): string {
    if (data === '[DONE]') return '';
    const chunk = readChunk(data);
    if (event === 'error' || chunk.error != null || chunk.object === 'error') {
      throw toProviderStreamFault(providerName, data);
    }
    const identity = this.identify(chunk);
    this.keepUsage(chunk, data, identity);
    if (!chunk.choices?.length) return '';
    let details = '';
    const choices = chunk.choices.map((native) => {
      const progress = this.progressOf(native);
      const choice = this.pushContent(native, progress);
      const finishReason = fromMistralFinishReason(native.finish_reason);
      // Complete, and before the finish: what a client gathers of it otherwise is the last piece.
      if (finishReason)
        details += reasoningDetailsChunk(progress, identity, native.index ?? 0, reasoningFormat);
      this.finishReason ||= finishReason ?? '';
      return completeChoice(choice, progress, finishReason);
    });
    const changed = choices.some((choice, index) => choice !== chunk.choices![index]);
    return details + rewriteChunk(data, identity, changed ? choices : null);
  }

  end(): AnswerEnd {
    const choices = [...this.choices.values()];
    if (choices.length === 0 || !choices.every(({ finished }) => finished)) {
      throw new Fault('upstream', 'Mistral broke off in the middle of its answer.');
    }
    const completed =
      this.includeUsage && this.usageChunk !== null
        ? completedWithUsage(this.usageChunk, 'data: ', '\n\n')
        : completedWithoutUsage();
    return { usage: this.usage, completed, finishReason: this.finishReason };
  }

  private identify(chunk: MistralChunk): AnswerIdentity {
    return (this.identity ??= {
      id: chunk.id ?? `chatcmpl-${this.request.requestId}`,
      created: chunk.created ?? 0,
      model: this.request.publicModel,
    });
  }

  /** It always comes, with the chunk that finishes. */
  private keepUsage(chunk: MistralChunk, data: string, identity: AnswerIdentity): void {
    const usage = fromMistralUsage(chunk.usage);
    if (!usage) return;
    this.usage = usage;
    this.usageChunk = rewriteUsageChunk(data, identity, toClientUsage(usage, chunk.usage));
  }

  /** Content in parts becomes text and `reasoning_content`; content that is text already stays as it is. */
  private pushContent(choice: MistralChunkChoice, progress: ChoiceProgress): DialectChoice {
    const { content, ...delta } = choice.delta ?? {};
    const { text, reasoning } = fromMistralContent(content);
    progress.reasoning += reasoning;
    const generated = [text, reasoning, ...(delta.tool_calls ?? []).map(argumentsText)].join('');
    this.generatedBytes += Buffer.byteLength(generated);
    if (!Array.isArray(content)) return choice as DialectChoice;
    const said = text !== '' || reasoning === '' ? { content: text } : {};
    return { ...choice, delta: { ...delta, ...said, ...(reasoning && { reasoning_content: reasoning }) } };
  }

  private progressOf(choice: MistralChunkChoice): ChoiceProgress {
    const index = choice.index ?? 0;
    const known = this.choices.get(index);
    if (known) return known;
    const progress = new ChoiceProgress((call) => mintToolCallId(this.request.requestId, index, call));
    this.choices.set(index, progress);
    return progress;
  }
}

function readChunk(data: string): MistralChunk {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch (error) {
    throw toUnreadableFault(providerName, data, error);
  }
}
