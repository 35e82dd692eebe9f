import type { AnswerEnd, SseEvent, StreamTranslation } from '@tokenroute/adapter-kit';
import { Fault } from '@tokenroute/faults';
import {
  ChatChunkWriter,
  completedWithoutUsage,
  completedWithUsage,
  type FinishReason,
  type ReasoningDetail,
  toProviderStreamFault,
  toUnreadableFault,
} from '@tokenroute/openai-wire';
import { type AnthropicStreamEvent, streamEventSchema } from './anthropic-wire.js';
import { fromAnthropicFinishReason } from './from-anthropic-finish-reason.js';
import { fromAnthropicThinking } from './from-anthropic-thinking.js';
import { fromAnthropicStreamUsage } from './from-anthropic-usage.js';
import { type AnsweredRequest, type ClientDemand, readClientDemand } from './read-client-demand.js';

/** A content block while it is written. */
type OpenBlock =
  | { kind: 'text' }
  | { kind: 'thinking'; text: string; signature: string }
  | { kind: 'redacted-thinking'; data: string }
  | { kind: 'tool'; toolIndex: number; input: string; isEmpty: boolean }
  | { kind: 'answer'; input: string; isEmpty: boolean };

/**
 * A streamed answer as chat completion chunks. Feed every event to `push`, then call `end`.
 * https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export class AnthropicStream implements StreamTranslation {
  /** UTF-8 bytes of text, thinking and tool arguments so far. */
  generatedBytes = 0;

  private readonly writer: ChatChunkWriter;
  private readonly demand: ClientDemand;
  private readonly blocks = new Map<number, OpenBlock>();
  private readonly reasoningDetails: ReasoningDetail[] = [];
  private toolCount = 0;
  private usageAtStart: unknown;
  private usageAtEnd: unknown;
  /** Empty: it goes on. */
  private finishReason: FinishReason | '' = '';
  /** Where the answer comes through a tool: words beside it, which would spoil the JSON. Sent when no such call comes. */
  private heldText = '';
  private hasAnswer = false;

  /** @param createdAt Unix seconds */
  constructor(request: AnsweredRequest, createdAt: number) {
    const { requestId, publicModel } = request;
    this.writer = new ChatChunkWriter({
      id: `chatcmpl-${requestId}`,
      created: createdAt,
      model: publicModel,
    });
    this.demand = readClientDemand(request);
  }

  /**
   * @returns SSE text for the client, empty when there is none yet
   * @throws Fault upstream for an error inside the stream or an event that cannot be read
   */
  push({ data }: SseEvent): string {
    if (data === '[DONE]') return '';
    const event = readEvent(data);
    switch (event.type) {
      case 'message_start':
        this.usageAtStart = event.message?.usage;
        return '';
      case 'content_block_start':
        return this.startBlock(event);
      case 'content_block_delta':
        return this.addToBlock(event);
      case 'content_block_stop':
        return this.stopBlock(event.index);
      case 'message_delta':
        return this.finishMessage(event);
      case 'error':
        throw toProviderStreamFault('Anthropic', data);
      default:
        return '';
    }
  }

  /**
   * The provider closed the stream.
   * @returns the usage (null: the provider told none) and the usage chunk, if the client asked for it
   * @throws Fault upstream when the stream broke off before its finish event
   */
  end(): AnswerEnd {
    if (this.finishReason === '')
      throw new Fault('upstream', 'Anthropic broke off in the middle of its answer.');
    const usage = fromAnthropicStreamUsage(this.usageAtStart, this.usageAtEnd);
    const completed =
      usage && this.demand.includesUsage
        ? completedWithUsage(this.writer.usageChunk(usage), 'data: ', '\n\n')
        : completedWithoutUsage();
    return { usage, completed, finishReason: this.finishReason };
  }

  private startBlock({ index, content_block: block }: AnthropicStreamEvent): string {
    if (index == null || !block) return '';
    switch (block.type) {
      case 'text':
        this.blocks.set(index, { kind: 'text' });
        return this.addText(block.text ?? '');
      case 'thinking':
        this.blocks.set(index, { kind: 'thinking', text: '', signature: block.signature ?? '' });
        return this.addThinking(index, block.thinking ?? '');
      case 'redacted_thinking':
        this.blocks.set(index, { kind: 'redacted-thinking', data: block.data ?? '' });
        return '';
      case 'tool_use':
        return this.startTool(index, block);
      default:
        return '';
    }
  }

  private startTool(index: number, block: NonNullable<AnthropicStreamEvent['content_block']>): string {
    const input = JSON.stringify(block.input ?? {});
    if (block.name === this.demand.answerTool) {
      if (!this.hasAnswer) this.blocks.set(index, { kind: 'answer', input, isEmpty: true });
      this.hasAnswer = true;
      return '';
    }
    const toolIndex = this.toolCount++;
    this.blocks.set(index, { kind: 'tool', toolIndex, input, isEmpty: true });
    const call = { id: block.id ?? '', name: block.name ?? '', arguments: '' };
    return this.writer.toolCall(toolIndex, call);
  }

  private addToBlock({ index, delta }: AnthropicStreamEvent): string {
    if (index == null || !delta) return '';
    switch (delta.type) {
      case 'text_delta':
        return this.addText(delta.text ?? '');
      case 'thinking_delta':
        return this.addThinking(index, delta.thinking ?? '');
      case 'signature_delta':
        return this.addSignature(index, delta.signature ?? '');
      case 'input_json_delta':
        return this.addInput(index, delta.partial_json ?? '');
      default:
        return '';
    }
  }

  private addText(text: string): string {
    if (text === '') return '';
    this.generatedBytes += Buffer.byteLength(text);
    if (this.demand.answerTool === null) return this.writer.delta({ content: text });
    this.heldText += text;
    return '';
  }

  private addThinking(index: number, text: string): string {
    const block = this.blocks.get(index);
    if (block?.kind !== 'thinking' || text === '') return '';
    block.text += text;
    this.generatedBytes += Buffer.byteLength(text);
    return this.writer.delta({ reasoning_content: text });
  }

  private addSignature(index: number, signature: string): string {
    const block = this.blocks.get(index);
    if (block?.kind === 'thinking') block.signature += signature;
    return '';
  }

  private addInput(index: number, json: string): string {
    const block = this.blocks.get(index);
    if (json === '' || (block?.kind !== 'tool' && block?.kind !== 'answer')) return '';
    block.isEmpty = false;
    this.generatedBytes += Buffer.byteLength(json);
    return block.kind === 'tool'
      ? this.writer.toolArguments(block.toolIndex, json)
      : this.writer.delta({ content: json });
  }

  private stopBlock(index: number | null | undefined): string {
    const block = index == null ? undefined : this.blocks.get(index);
    if (index == null || !block) return '';
    this.blocks.delete(index);
    switch (block.kind) {
      case 'thinking':
        return this.keepDetail({ type: 'thinking', thinking: block.text, signature: block.signature }, index);
      case 'redacted-thinking':
        return this.keepDetail({ type: 'redacted_thinking', data: block.data }, index);
      // A tool without arguments has no delta of its own.
      case 'tool':
        return block.isEmpty ? this.writer.toolArguments(block.toolIndex, block.input) : '';
      case 'answer':
        return block.isEmpty ? this.writer.delta({ content: block.input }) : '';
      case 'text':
        return '';
      default:
        return block satisfies never;
    }
  }

  private keepDetail(block: Parameters<typeof fromAnthropicThinking>[0], index: number): string {
    const detail = fromAnthropicThinking(block, index);
    if (detail) this.reasoningDetails.push(detail);
    return '';
  }

  private finishMessage({ delta, usage }: AnthropicStreamEvent): string {
    this.usageAtEnd = usage ?? this.usageAtEnd;
    if (this.finishReason !== '' || delta?.stop_reason == null) return '';
    const refusal = delta.stop_reason === 'refusal' ? delta.stop_details?.explanation : null;
    const reason = fromAnthropicFinishReason(delta.stop_reason);
    this.finishReason = reason === 'tool_calls' && this.toolCount === 0 ? 'stop' : reason;
    // Whatever was not closed is complete now.
    const closing = [...this.blocks.keys()].map((index) => this.stopBlock(index)).join('');
    return (
      closing +
      this.heldBackText() +
      this.refuse(refusal ?? '') +
      // All at once: clients that gather deltas keep the last value of a member they do not know.
      (this.reasoningDetails.length > 0
        ? this.writer.delta({ reasoning_details: this.reasoningDetails })
        : '') +
      this.writer.finish(this.finishReason)
    );
  }

  private refuse(refusal: string): string {
    this.generatedBytes += Buffer.byteLength(refusal);
    return refusal === '' ? '' : this.writer.delta({ refusal });
  }

  private heldBackText(): string {
    return this.hasAnswer || this.heldText === '' ? '' : this.writer.delta({ content: this.heldText });
  }
}

function readEvent(data: string): AnthropicStreamEvent {
  try {
    return streamEventSchema.parse(JSON.parse(data));
  } catch (error) {
    throw toUnreadableFault('Anthropic', data, error);
  }
}
