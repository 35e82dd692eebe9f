import type { ReasoningDetail } from '@tokenroute/openai-wire';
import type { AnthropicBlock } from './anthropic-wire.js';
import { anthropicReasoningFormat } from './to-anthropic-thinking-blocks.js';

/**
 * Thinking as a client is to give it back.
 * @param index where the block stands in its turn
 * @returns null for any other block
 */
export function fromAnthropicThinking(
  block: Pick<AnthropicBlock, 'type' | 'thinking' | 'signature' | 'data'>,
  index: number,
): ReasoningDetail | null {
  const common = { format: anthropicReasoningFormat, index };
  if (block.type === 'thinking') {
    const { thinking, signature } = block;
    return { type: 'reasoning.text', text: thinking ?? '', signature: signature ?? null, ...common };
  }
  if (block.type === 'redacted_thinking') {
    return { type: 'reasoning.encrypted', data: block.data ?? '', ...common };
  }
  return null;
}
