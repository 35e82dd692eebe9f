import { googleModel } from './google-models.js';
import { toGoogleThinking } from './to-google-thinking.js';

const thinking = (effort: Parameters<typeof toGoogleThinking>[0], model: string) =>
  toGoogleThinking(effort, googleModel(model));

describe('toGoogleThinking (rule 34)', () => {
  test.each([
    ['minimal', 1_024],
    ['low', 1_024],
    ['medium', 8_192],
    ['high', 24_576],
    ['xhigh', 32_768],
    ['max', 32_768],
  ] as const)(
    '2.5 Pro thinks as much as %s means, in tokens and never as a level',
    (effort, thinkingBudget) => {
      expect(thinking(effort, 'gemini-2.5-pro')).toEqual({ includeThoughts: true, thinkingBudget });
    },
  );

  test.each([
    ['minimal', 'gemini-3-flash-preview', 'minimal'],
    ['minimal', 'gemini-3-pro-preview', 'low'],
    ['low', 'gemini-3-pro-preview', 'low'],
    ['medium', 'gemini-3-pro-preview', 'medium'],
    ['max', 'gemini-3-pro-preview', 'high'],
  ] as const)('%s on %s is the level %s, and never a budget', (effort, model, thinkingLevel) => {
    expect(thinking(effort, model)).toEqual({ includeThoughts: true, thinkingLevel });
  });

  test('nothing asked leaves the amount to the model and shows its thoughts', () => {
    expect(thinking(undefined, 'gemini-2.5-pro')).toEqual({ includeThoughts: true });
    // It does not think by itself, and refuses to show what is not there.
    expect(thinking(null, 'gemini-2.5-flash-lite')).toBeUndefined();
  });

  test('thinking is turned off where that is possible, and refused by name where it is not', () => {
    expect(thinking('none', 'gemini-2.5-flash')).toEqual({ includeThoughts: false, thinkingBudget: 0 });
    for (const model of ['gemini-2.5-pro', 'gemini-3-pro-preview']) {
      expect(() => thinking('none', model)).toThrow(expect.objectContaining({ param: 'reasoning_effort' }));
    }
  });

  test('a model that does not think is not told how', () => {
    expect(thinking('high', 'gemini-2.0-flash-001')).toBeUndefined();
    expect(thinking('none', 'gemini-2.0-flash-001')).toBeUndefined();
  });
});
