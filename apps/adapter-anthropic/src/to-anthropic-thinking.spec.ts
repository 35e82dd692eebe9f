import { anthropicModel } from './anthropic-models.js';
import type { AnthropicMessage } from './anthropic-wire.js';
import { JsonText } from './json-text.js';
import { type ThinkingCircumstances, toAnthropicThinking } from './to-anthropic-thinking.js';

const text = { type: 'text', text: 'a' } as const;
const thinking = { type: 'thinking', thinking: 't', signature: 's' } as const;
const call = { type: 'tool_use', id: 'a', name: 'f', input: new JsonText('{}') } as const;
const user: AnthropicMessage = { role: 'user', content: [text] };
const result: AnthropicMessage = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a' }] };
const assistant = (
  ...content: Extract<AnthropicMessage, { role: 'assistant' }>['content']
): AnthropicMessage => ({
  role: 'assistant',
  content,
});

function decide(circumstances: Partial<ThinkingCircumstances> & { id?: string } = {}) {
  const { id = 'claude-haiku-4-5', ...rest } = circumstances;
  return toAnthropicThinking({
    effort: 'medium',
    model: anthropicModel(id),
    maxTokens: 64_000,
    toolChoice: undefined,
    messages: [user],
    ...rest,
  });
}

describe('toAnthropicThinking', () => {
  test.each([undefined, null, 'none'] as const)('%s asks for none', (effort) => {
    expect(decide({ effort })).toEqual({ kind: 'not-asked' });
  });

  test('the budget grows with the effort and is at least 1,024 and below max_tokens (rule 18)', () => {
    const efforts = ['minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
    for (const maxTokens of [1_025, 1_500, 4_096, 64_000]) {
      let before = 0;
      for (const effort of efforts) {
        const decision = decide({ effort, maxTokens });
        if (decision.kind !== 'thinks' || decision.thinking.type !== 'enabled')
          throw new Error('does not think');
        const { budget_tokens: budget } = decision.thinking;
        expect(budget).toBeGreaterThanOrEqual(Math.max(1_024, before));
        expect(budget).toBeLessThan(maxTokens);
        before = budget;
      }
    }
  });

  test('newer models get an effort they know (rule 18)', () => {
    expect(decide({ id: 'claude-opus-4-6', effort: 'minimal' })).toEqual({
      kind: 'thinks',
      thinking: { type: 'adaptive' },
      effort: 'low',
    });
    expect(decide({ id: 'claude-opus-4-6', effort: 'xhigh' })).toMatchObject({ effort: 'high' });
    expect(decide({ id: 'claude-opus-4-8', effort: 'xhigh' })).toEqual({
      kind: 'thinks',
      thinking: { type: 'adaptive', display: 'summarized' },
      effort: 'xhigh',
    });
  });

  test.each<[string, Parameters<typeof decide>[0]]>([
    ['a forced tool', { toolChoice: { type: 'any' } }],
    ['a named tool', { toolChoice: { type: 'tool', name: 'f' } }],
    ['room for an answer of 1,024 tokens only', { maxTokens: 1_024 }],
    ['an answer that is begun already', { messages: [user, assistant(text)] }],
    ['a model that does not think', { id: 'claude-3-5-haiku-latest' }],
    ['an open turn whose thinking was not echoed', { messages: [user, assistant(text, call), result] }],
  ])('%s leaves no room to think (rules 18, 35)', (_name, circumstances) => {
    expect(decide(circumstances)).toEqual({ kind: 'not-possible' });
  });

  test('words beside results begin a turn of their own, unless they are the last', () => {
    const both: AnthropicMessage = { role: 'user', content: [...result.content, text] as never };
    expect(decide({ messages: [user, assistant(thinking, call), both] }).kind).toBe('thinks');
    const next = [user, assistant(thinking, call), both, assistant(call), result];
    expect(decide({ messages: next }).kind).toBe('not-possible');
  });

  test('an open turn that begins with its thinking goes on thinking (rule 19)', () => {
    expect(decide({ messages: [user, assistant(thinking, call), result] }).kind).toBe('thinks');
    const twice = [user, assistant(thinking, call), result, assistant(call), result];
    expect(decide({ messages: twice }).kind).toBe('thinks');
    expect(decide({ messages: [user, assistant(call), result, assistant(text), user] }).kind).toBe('thinks');
  });
});
