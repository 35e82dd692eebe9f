import type { Schemas } from '../api/client.js';

export type Model = Schemas['Models']['models'][number];

export const modelOrders = ['name', 'input price', 'output price', 'context'] as const;
export type ModelOrder = (typeof modelOrders)[number];

export interface ModelChoice {
  text?: string | undefined;
  provider?: string | undefined;
  capability?: string | undefined;
  sort?: string | undefined;
}

/** The models that fit, the ones asked for first. What is searched for may stand anywhere in the id. */
export function chooseModels(models: readonly Model[], choice: ModelChoice): Model[] {
  const text = choice.text?.trim().toLowerCase() ?? '';
  return models
    .filter(({ id, upstreamModel }) => `${id} ${upstreamModel}`.toLowerCase().includes(text))
    .filter(({ provider }) => !choice.provider || provider === choice.provider)
    .filter(({ capabilities }) => !choice.capability || capabilities.includes(choice.capability))
    .sort(comparisons[choice.sort as ModelOrder] ?? comparisons.name);
}

const byName = (left: Model, right: Model) => left.id.localeCompare(right.id);

const comparisons: Record<ModelOrder, (left: Model, right: Model) => number> = {
  name: byName,
  'input price': (left, right) =>
    byPrice(left.price.rates.inputPicoUsd, right.price.rates.inputPicoUsd) || byName(left, right),
  'output price': (left, right) =>
    byPrice(left.price.rates.outputPicoUsd, right.price.rates.outputPicoUsd) || byName(left, right),
  context: (left, right) => right.contextTokens - left.contextTokens || byName(left, right),
};

function byPrice(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Everything that some model has, each once, in alphabetical order. */
export function choicesOf(models: readonly Model[], of: (model: Model) => string[]): string[] {
  return [...new Set(models.flatMap(of))].sort();
}
