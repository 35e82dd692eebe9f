import type { Fault } from '@tokenroute/faults';
import { ignoredParameters, type ParameterRules } from './chat-parameters.js';

const rules: ParameterRules = {
  model: { kind: 'sent' },
  seed: { kind: 'hint' },
  n: { kind: 'refused', because: 'this provider gives one choice' },
  logit_bias: { kind: 'refused', because: 'this provider has no token biases' },
};
const options = { providerName: 'Provider', strict: false };

describe('ignoredParameters', () => {
  test('hints that are set are reported, unknown parameters among them', () => {
    expect(ignoredParameters({ model: 'm', seed: 1, tomorrow: true }, rules, options)).toEqual([
      'seed',
      'tomorrow',
    ]);
  });

  test('a value that asks for nothing is accepted and not reported', () => {
    const request = {
      n: 1,
      logit_bias: {},
      seed: null,
      frequency_penalty: 0,
      logprobs: false,
      modalities: ['text'],
      parallel_tool_calls: true,
    };
    expect(ignoredParameters(request, rules, { ...options, strict: true })).toEqual([]);
  });

  test.each([
    [{ n: 2 }, 'n: this provider gives one choice.', 'n'],
    [{ logit_bias: { 50256: -100 } }, 'logit_bias: this provider has no token biases.', 'logit_bias'],
  ])('%j is refused by name', (request, message, param) => {
    try {
      ignoredParameters(request, rules, options);
      throw new Error('was accepted');
    } catch (error) {
      expect((error as Fault).publicMessage).toBe(message);
      expect((error as Fault).param).toBe(param);
    }
  });

  test('a strict caller is told of a hint instead of losing it', () => {
    expect(() => ignoredParameters({ seed: 1 }, rules, { ...options, strict: true })).toThrow(
      'seed: Provider has no use for it.',
    );
  });
});
