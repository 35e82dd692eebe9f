import { fromDeepSeekFinishReason } from './from-deepseek-finish-reason.js';

describe('fromDeepSeekFinishReason', () => {
  test.each(['stop', 'length', 'tool_calls', 'content_filter'])('%s is OpenAI’s', (reason) => {
    expect(fromDeepSeekFinishReason(reason)).toBe(reason);
  });

  test('while the answer goes on there is none', () => {
    expect(fromDeepSeekFinishReason(null)).toBeNull();
    expect(fromDeepSeekFinishReason(undefined)).toBeNull();
  });

  test.each(['tomorrow', 'constructor'])('an unknown reason (%s) is stop (rule 57)', (reason) => {
    expect(fromDeepSeekFinishReason(reason)).toBe('stop');
  });

  test('insufficient_system_resource is a failed provider (rule 51)', () => {
    expect(() => fromDeepSeekFinishReason('insufficient_system_resource')).toThrow(
      expect.objectContaining({ code: 'upstream' }),
    );
  });
});
