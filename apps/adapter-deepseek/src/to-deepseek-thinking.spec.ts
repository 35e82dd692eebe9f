import type { Fault } from '@tokenroute/faults';
import { readConversation } from '@tokenroute/openai-wire';
import { toDeepSeekThinking } from './to-deepseek-thinking.js';

function thinking(publicModel: string, members: Record<string, unknown> = {}) {
  const body = { model: publicModel, messages: [{ role: 'user', content: 'hi' }], ...members };
  return toDeepSeekThinking(readConversation(JSON.stringify(body)), publicModel);
}

describe('toDeepSeekThinking', () => {
  test('deepseek-chat does not think, deepseek-reasoner does (rule 46)', () => {
    expect(thinking('deepseek-chat')).toEqual({ enabled: false });
    expect(thinking('deepseek-reasoner')).toEqual({ enabled: true });
  });

  test('a public id without a row thinks, as DeepSeek does by default', () => {
    expect(thinking('deepseek-next').enabled).toBe(true);
    expect(thinking('constructor').enabled).toBe(true);
  });

  test('what the caller asks for outweighs the public id', () => {
    expect(thinking('deepseek-chat', { reasoning_effort: 'high' })).toEqual({
      enabled: true,
      effort: 'high',
    });
    expect(thinking('deepseek-reasoner', { reasoning_effort: 'none' })).toEqual({ enabled: false });
    expect(thinking('deepseek-reasoner', { thinking: { type: 'disabled' } })).toEqual({ enabled: false });
    expect(thinking('deepseek-chat', { thinking: { type: 'enabled' } }).enabled).toBe(true);
  });

  test.each(['required', { type: 'function', function: { name: 'f' } }])(
    'a forced tool (%j) is called without thinking where thinking is only a default',
    (choice) => {
      expect(thinking('deepseek-reasoner', { tool_choice: choice })).toEqual({ enabled: false });
    },
  );

  test('a forced tool together with thinking asked for is refused by name', () => {
    try {
      thinking('deepseek-chat', { tool_choice: 'required', reasoning_effort: 'high' });
      throw new Error('was accepted');
    } catch (error) {
      expect(error as Fault).toMatchObject({ code: 'invalid-request', param: 'tool_choice' });
    }
  });

  test('auto and none leave thinking alone', () => {
    expect(thinking('deepseek-reasoner', { tool_choice: 'auto' }).enabled).toBe(true);
    expect(thinking('deepseek-reasoner', { tool_choice: 'none' }).enabled).toBe(true);
  });
});
