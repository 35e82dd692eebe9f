import type { ReasoningDetail } from '@tokenroute/openai-wire';
import type { ThinkingBlock } from './anthropic-wire.js';

/** Whose thinking it is, in `reasoning_details`: other providers leave it out, and we leave out theirs. */
export const anthropicReasoningFormat = 'anthropic-claude-v1';

/**
 * Thinking that a client echoes, with the place in its turn where it stood. Without a signature it is nothing Anthropic
 * would take back. https://platform.claude.com/docs/en/build-with-claude/extended-thinking#preserving-thinking-blocks
 */
export function toAnthropicThinkingBlocks(
  details: readonly ReasoningDetail[],
): { block: ThinkingBlock; position: number }[] {
  const thought: { block: ThinkingBlock; position: number }[] = [];
  for (const detail of details) {
    const block = detail.format === anthropicReasoningFormat ? toBlock(detail) : null;
    const index = detail['index'];
    const position = typeof index === 'number' ? Math.max(index, thought.length) : thought.length;
    if (block) thought.push({ block, position });
  }
  return thought;
}

function toBlock({ type, text, signature, data }: ReasoningDetail): ThinkingBlock | null {
  if (type === 'reasoning.text' && signature) return { type: 'thinking', thinking: text ?? '', signature };
  if (type === 'reasoning.encrypted' && data) return { type: 'redacted_thinking', data };
  return null;
}
