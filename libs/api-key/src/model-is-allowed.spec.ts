import fc from 'fast-check';
import { modelIsAllowed } from './model-is-allowed.js';

describe('modelIsAllowed', () => {
  test('an empty list allows every model', () => {
    fc.assert(fc.property(fc.string(), (model) => modelIsAllowed([], model)));
  });

  test.each([
    ['openai/gpt-4o', 'openai/gpt-4o', true],
    ['openai/gpt-4o', 'openai/gpt-4o-mini', false],
    ['openai/gpt-4o', 'OpenAI/gpt-4o', false],
    ['openai/*', 'openai/gpt-4o', true],
    ['openai/*', 'openai/', true],
    ['openai/*', 'anthropic/claude', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['*mini', 'openai/gpt-4o-mini', true],
    ['*mini', 'openai/gpt-4o-mini-high', false],
    ['openai/*-mini', 'openai/gpt-4o-mini', true],
    ['openai/*-mini', 'openai/-mini', true],
    ['openai/*-mini', 'openai/mini', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a**c', 'abc', true],
    ['*aab', 'aaaab', true],
    ['', '', true],
    ['', 'a', false],
    ['gpt-4.1', 'gpt-4x1', false],
    ['[a-z]+', 'abc', false],
    ['(a|b)', 'a', false],
    ['a?', 'a', false],
    ['^a$', 'a', false],
    ['\\*', '\\anything', true],
  ])('%p against %p: %p', (pattern, model, allowed) => {
    expect(modelIsAllowed([pattern], model)).toBe(allowed);
  });

  test('one fitting entry is enough', () => {
    expect(modelIsAllowed(['openai/gpt-4o', 'mistral/*'], 'mistral/small')).toBe(true);
    expect(modelIsAllowed(['openai/gpt-4o', 'mistral/*'], 'google/gemini')).toBe(false);
  });

  test('agrees with a regular expression of the same meaning', () => {
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 6 });
    const models = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const asRegExp = (pattern: string) =>
      new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^]*')}$`);
    fc.assert(
      fc.property(patterns, models, (pattern, model) => {
        expect(modelIsAllowed([pattern], model)).toBe(asRegExp(pattern).test(model));
      }),
      { numRuns: 5_000 },
    );
  });

  test('a hostile pattern costs no more than pattern × text', () => {
    const started = performance.now();
    expect(modelIsAllowed([`${'a*'.repeat(50)}b`], 'a'.repeat(10_000))).toBe(false);
    // A million steps; a backtracking matcher would not end within the age of the universe.
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
