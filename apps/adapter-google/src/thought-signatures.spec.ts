import { fromReasoningDetails, toReasoningDetails } from './thought-signatures.js';

describe('thought signatures on the message (rule 35)', () => {
  test('come back as they went out, in order', () => {
    expect(fromReasoningDetails(toReasoningDetails(['a', 'b']))).toEqual(['a', 'b']);
  });

  test('other providers’ details and absent ones are none', () => {
    const others = [
      { type: 'reasoning.encrypted', data: 'x', format: 'anthropic-claude-v1' },
      { type: 'reasoning.encrypted', data: 'x' },
      { type: 'reasoning.text', text: 'x', format: 'google-gemini-v1' },
    ];
    expect(fromReasoningDetails(others)).toEqual([]);
    expect(fromReasoningDetails(null)).toEqual([]);
    expect(fromReasoningDetails(undefined)).toEqual([]);
  });
});
