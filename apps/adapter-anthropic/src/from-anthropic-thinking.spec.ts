import { fromAnthropicThinking } from './from-anthropic-thinking.js';

describe('fromAnthropicThinking', () => {
  test('tells whose thinking it is and where it stood (rule 35)', () => {
    expect(fromAnthropicThinking({ type: 'thinking', thinking: 'hm', signature: 's' }, 1)).toEqual({
      type: 'reasoning.text',
      text: 'hm',
      signature: 's',
      format: 'anthropic-claude-v1',
      index: 1,
    });
  });

  test.each(['text', 'tool_use', 'from_tomorrow'])('a %s block is no thinking', (type) => {
    expect(fromAnthropicThinking({ type }, 0)).toBeNull();
  });
});
