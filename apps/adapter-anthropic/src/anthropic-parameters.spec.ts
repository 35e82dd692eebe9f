import { ignoredParameters, readConversation } from '@tokenroute/openai-wire';
import { anthropicModel } from './anthropic-models.js';
import { anthropicParameters, parameterRulesOf } from './anthropic-parameters.js';

const haiku = anthropicModel('claude-haiku-4-5');

function ignored(members: Record<string, unknown>, model = haiku, thinking = false): string[] {
  const request = { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...members };
  const conversation = readConversation(JSON.stringify(request));
  const rules = parameterRulesOf(conversation, { model, thinking, dropped: [] });
  return ignoredParameters(conversation, rules, { providerName: 'Anthropic', strict: false });
}

describe('anthropicParameters', () => {
  test('every parameter that would change the answer and cannot be honoured is refused by name', () => {
    const refused = Object.entries(anthropicParameters).filter(([, { kind }]) => kind === 'refused');
    expect(refused.map(([name]) => name)).toEqual(
      expect.arrayContaining(['n', 'logprobs', 'logit_bias', 'modalities', 'audio']),
    );
    expect(() => ignored({ n: 2 })).toThrow(/^n: /);
    expect(() => ignored({ logit_bias: { 5: 1 } })).toThrow(/^logit_bias: /);
  });

  test('a hint is reported, and a value that asks for nothing is not', () => {
    expect(ignored({ seed: 1, store: true, verbosity: 'low' }).sort()).toEqual([
      'seed',
      'store',
      'verbosity',
    ]);
    expect(ignored({ n: 1, logprobs: false, frequency_penalty: 0, seed: null })).toEqual([]);
  });
});

describe('parameterRulesOf', () => {
  test.each([{ temperature: 1.5 }, { temperature: -0.1 }])(
    '%j is outside of Anthropic’s range (rule 15)',
    (members) => {
      expect(() => ignored(members)).toThrow('temperature: Anthropic takes 0 to 1.');
    },
  );

  test('temperature and top_p together are one too many for current models, unless one asks for nothing', () => {
    expect(() => ignored({ temperature: 0.2, top_p: 0.5 })).toThrow(/^top_p: .*not both/);
    expect(ignored({ temperature: 0.2, top_p: 1 })).toEqual([]);
    expect(ignored({ temperature: 0.2, top_p: 0.5 }, anthropicModel('claude-3-5-haiku-latest'))).toEqual([]);
  });

  test('models without sampling parameters refuse those that ask for something (rule 15)', () => {
    const newest = anthropicModel('claude-opus-4-8');
    expect(() => ignored({ temperature: 0 }, newest)).toThrow(/^temperature: /);
    expect(() => ignored({ top_p: 0.9 }, newest)).toThrow(/^top_p: /);
    expect(() => ignored({ top_k: 5 }, newest)).toThrow(/^top_k: /);
    expect(ignored({ temperature: 1, top_p: 1 }, newest)).toEqual([]);
  });

  test('with thinking, temperature is 1, top_p near 1, top_k absent (rule 18)', () => {
    expect(() => ignored({ temperature: 0.5 }, haiku, true)).toThrow(/^temperature: /);
    expect(() => ignored({ top_p: 0.9 }, haiku, true)).toThrow(/^top_p: /);
    expect(() => ignored({ top_k: 5 }, haiku, true)).toThrow(/^top_k: /);
    expect(ignored({ temperature: 1, top_p: 0.97 }, haiku, true)).toEqual([]);
  });
});
