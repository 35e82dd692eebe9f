import { ignoredParameters } from '@tokenroute/openai-wire';
import { googleModel } from './google-models.js';
import { googleParametersOf } from './google-parameters.js';

const ignored = (request: Record<string, unknown>, model = 'gemini-2.5-pro', strict = false) =>
  ignoredParameters(request, googleParametersOf(googleModel(model)), { providerName: 'Gemini', strict });

describe('googleParametersOf', () => {
  test.each([
    ['logit_bias', { '50256': -100 }],
    ['logprobs', true],
    ['top_logprobs', 3],
    ['modalities', ['text', 'audio']],
    ['audio', { voice: 'alloy', format: 'mp3' }],
    ['web_search_options', {}],
    ['functions', [{ name: 'f' }]],
    ['function_call', 'auto'],
  ])('%s would change the answer: refused by name', (name, value) => {
    expect(() => ignored({ [name]: value })).toThrow(expect.objectContaining({ param: name }));
  });

  test('values that ask for nothing are accepted', () => {
    const nothing = { n: 1, logprobs: false, logit_bias: {}, top_logprobs: null, modalities: ['text'] };
    expect(ignored({ ...nothing, frequency_penalty: 0, store: false })).toEqual([]);
  });

  test('hints are reported, or refused when the caller is strict', () => {
    expect(ignored({ user: 'u', seed: 1, service_tier: 'flex', tomorrow: 1 })).toEqual([
      'user',
      'service_tier',
      'tomorrow',
    ]);
    expect(() => ignored({ user: 'u' }, 'gemini-2.5-pro', true)).toThrow(
      expect.objectContaining({ param: 'user' }),
    );
  });

  test('penalties are sent where the model takes them, and a hint where it refuses them', () => {
    const penalties = { frequency_penalty: 0.5, presence_penalty: 0.5 };
    expect(ignored(penalties, 'gemini-2.0-flash-001')).toEqual([]);
    expect(ignored(penalties, 'gemini-2.5-pro')).toEqual(['frequency_penalty', 'presence_penalty']);
  });

  test('how much to think is a hint for a model that does not think', () => {
    expect(ignored({ reasoning_effort: 'low' }, 'gemini-2.0-flash-001')).toEqual(['reasoning_effort']);
    expect(ignored({ reasoning_effort: 'low' })).toEqual([]);
  });
});
