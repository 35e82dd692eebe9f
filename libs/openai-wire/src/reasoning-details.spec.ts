import { echoedReasoning, toReasoningDetails } from './reasoning-details.js';

const assistant = { role: 'assistant' as const, content: 'hi' };

describe('echoedReasoning', () => {
  test('thinking comes back as it went out (rule 35)', () => {
    const reasoning_details = toReasoningDetails('first\nsecond', 'deepseek-v1');
    expect(echoedReasoning({ ...assistant, reasoning_details }, 'deepseek-v1')).toBe('first\nsecond');
  });

  test('the details count, not what a gathered stream left of the content', () => {
    const reasoning_details = toReasoningDetails('all of it', 'deepseek-v1');
    const message = { ...assistant, reasoning_content: ' it', reasoning_details };
    expect(echoedReasoning(message, 'deepseek-v1')).toBe('all of it');
  });

  test('a client that knows only reasoning_content is understood', () => {
    expect(echoedReasoning({ ...assistant, reasoning_content: 'thought' }, 'deepseek-v1')).toBe('thought');
  });

  test('another provider’s thinking is left out, and its absence tolerated (rule 35)', () => {
    const reasoning_details = toReasoningDetails('x', 'anthropic-claude-v1');
    const message = { ...assistant, reasoning_content: 'x', reasoning_details };
    expect(echoedReasoning(message, 'deepseek-v1')).toBeNull();
    expect(echoedReasoning(assistant, 'deepseek-v1')).toBeNull();
  });
});
