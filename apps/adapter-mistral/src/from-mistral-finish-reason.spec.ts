import { fromMistralFinishReason } from './from-mistral-finish-reason.js';

describe('fromMistralFinishReason', () => {
  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool_calls'],
  ])('%s is %s (rule 45)', (reason, expected) => {
    expect(fromMistralFinishReason(reason)).toBe(expected);
  });

  test('while the answer goes on there is none', () => {
    expect(fromMistralFinishReason(null)).toBeNull();
  });

  test.each(['tomorrow', 'constructor'])('an unknown reason (%s) is stop (rule 57)', (reason) => {
    expect(fromMistralFinishReason(reason)).toBe('stop');
  });

  test('error is a failed provider (rule 45)', () => {
    expect(() => fromMistralFinishReason('error')).toThrow(expect.objectContaining({ code: 'upstream' }));
  });
});
