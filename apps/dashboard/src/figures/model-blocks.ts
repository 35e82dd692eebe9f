import { type ListedModel, modelsOf, type OpenApi } from './openapi.js';
import { type Block, type Inline } from './parse-markdown.js';
import { showCount } from './show-usd.js';

const text = (value: string): Inline[] => (value === '' ? [] : [{ kind: 'text', text: value }]);
const head = ['model', 'from', 'context', 'output at most', 'takes', 'input', 'cached input', 'output'];

/** The models on offer as a table, at list prices in USD per million tokens. */
export function modelBlocks(api: OpenApi): Block[] {
  const models = modelsOf(api).toSorted((left, right) => left.id.localeCompare(right.id));
  return [
    {
      kind: 'heading',
      level: 2,
      id: 'on-offer',
      content: text('On offer, in USD per million tokens'),
    },
    { kind: 'table', head: head.map(text), rows: models.map(rowOf) },
  ];
}

function rowOf(model: ListedModel): Inline[][] {
  const rate = (name: string) => text(String(model.pricing?.[name] ?? ''));
  return [
    [{ kind: 'code', text: model.id }, ...text(endOf(model))],
    text(model.owned_by),
    text(showCount(model.context_length)),
    text(showCount(model.max_output_tokens)),
    text(model.capabilities.join(', ').replaceAll('_', ' ')),
    rate('input'),
    rate('cached_input'),
    rate('output'),
  ];
}

function endOf({ deprecated, replaced_by: successor }: ListedModel): string {
  if (deprecated === null) return '';
  return ` until ${deprecated.slice(0, 10)}${successor === null ? '' : `, then ${successor}`}`;
}
