import { anthropicModel } from './anthropic-models.js';

describe('anthropicModel', () => {
  test.each([
    ['claude-opus-4-1-20250805', { thinking: 'manual', structuredOutput: false, sampling: 'one' }],
    ['claude-sonnet-4-5-20250929', { thinking: 'manual', structuredOutput: true, sampling: 'one' }],
    ['claude-haiku-4-5-20251001', { thinking: 'manual', structuredOutput: true, sampling: 'one' }],
    ['claude-opus-4-6', { thinking: 'adaptive', structuredOutput: true, sampling: 'one' }],
    ['claude-3-7-sonnet-20250219', { thinking: 'manual', structuredOutput: false }],
    ['claude-3-5-haiku-latest', { thinking: 'none', structuredOutput: false, sampling: 'all' }],
  ])('knows what %s can do', (id, abilities) => {
    expect(anthropicModel(id)).toMatchObject(abilities);
  });

  test.each(['claude-opus-4-7', 'claude-opus-4-10', 'claude-sonnet-5-20270101'])(
    'takes %s, which nobody has told it about, for a newer one (rules 15, 18)',
    (id) => {
      expect(anthropicModel(id)).toMatchObject({ thinking: 'adaptive', sampling: 'none' });
    },
  );
});
