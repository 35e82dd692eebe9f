import type { ThinkingBlock } from './anthropic-wire.js';
import { fromAnthropicThinking } from './from-anthropic-thinking.js';
import { toAnthropicThinkingBlocks } from './to-anthropic-thinking-blocks.js';

describe('toAnthropicThinkingBlocks', () => {
  test.each<ThinkingBlock>([
    { type: 'thinking', thinking: 'hm', signature: 's' },
    // Hidden thinking has no words, only its proof.
    { type: 'thinking', thinking: '', signature: 's' },
    { type: 'redacted_thinking', data: 'xx' },
  ])('what a client echoes returns as Anthropic gave it: %j (rules 19, 35)', (block) => {
    const detail = fromAnthropicThinking(block, 3)!;
    expect(toAnthropicThinkingBlocks([detail])).toEqual([{ block, position: 3 }]);
  });

  test('details without their place stand first, in order', () => {
    const detail = (data: string) => ({ type: 'reasoning.encrypted', data, format: 'anthropic-claude-v1' });
    const positions = toAnthropicThinkingBlocks([detail('a'), detail('b')]).map(({ position }) => position);
    expect(positions).toEqual([0, 1]);
  });
});
