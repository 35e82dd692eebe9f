import { choicesOf, chooseModels, type Model } from './choose-models.js';

function model(id: string, provider: string, inputPicoUsd: string, capabilities: string[] = []): Model {
  const rates = {
    inputPicoUsd,
    cachedInputPicoUsd: '0',
    cacheWrite5mPicoUsd: '0',
    cacheWrite1hPicoUsd: '0',
    audioInputPicoUsd: '0',
    outputPicoUsd: '0',
  };
  return {
    id,
    provider,
    upstreamModel: `${id}-2026`,
    contextTokens: 1_000,
    maxOutputTokens: 100,
    capabilities,
    deprecatedAt: null,
    replacedBy: null,
    price: { rates, longContext: null, peak: null, effectiveFrom: '2026-01-01T00:00:00.000Z' },
  };
}

const models = [
  model('gpt-4o', 'openai', '2500000', ['image', 'tools']),
  model('claude-haiku', 'anthropic', '10000000', ['tools']),
  model('mistral-small', 'mistral', '100000'),
];
const idsOf = (choice: Parameters<typeof chooseModels>[1]) =>
  chooseModels(models, choice).map(({ id }) => id);

test('without a choice all are there, by name', () => {
  expect(idsOf({})).toEqual(['claude-haiku', 'gpt-4o', 'mistral-small']);
});

test('text is looked for in both names, whatever its case', () => {
  expect(idsOf({ text: ' HAIKU' })).toEqual(['claude-haiku']);
  expect(idsOf({ text: 'small-2026' })).toEqual(['mistral-small']);
});

test('provider and capability narrow the list together', () => {
  expect(idsOf({ capability: 'tools' })).toEqual(['claude-haiku', 'gpt-4o']);
  expect(idsOf({ capability: 'tools', provider: 'openai' })).toEqual(['gpt-4o']);
});

test('prices are compared as numbers, not as text', () => {
  expect(idsOf({ sort: 'input price' })).toEqual(['mistral-small', 'gpt-4o', 'claude-haiku']);
});

test('every choice is offered once', () => {
  expect(choicesOf(models, ({ capabilities }) => capabilities)).toEqual(['image', 'tools']);
});
