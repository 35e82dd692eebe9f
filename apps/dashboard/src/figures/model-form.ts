import type { Schemas } from '../api/client.js';

type NewModel = Required<
  Pick<
    Schemas['ModelChange'],
    'provider' | 'upstreamModel' | 'ownedBy' | 'contextTokens' | 'maxOutputTokens' | 'capabilities'
  >
>;

export interface NewModelDraft {
  id: string;
  model: NewModel;
  price: Schemas['NewPrice'];
}

/** A form's fields have the names by which a refusal of billing names them. */
export const modelFieldNames = [
  'id',
  'provider',
  'upstream_model',
  'owned_by',
  'context_tokens',
  'max_output_tokens',
  'capabilities',
] as const;

/**
 * The model that a form asks for, or what is wrong with which of its fields. Which ids, names and capabilities there can be is
 * for billing to say.
 * @param taken ids that there are already: a new model must not change another one
 */
export function readModelForm(
  fields: Record<string, string>,
  taken: readonly string[],
): Pick<NewModelDraft, 'id' | 'model'> | { problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const text = (name: (typeof modelFieldNames)[number]) => (fields[name] ?? '').trim();
  const needed = (name: (typeof modelFieldNames)[number]) => {
    if (text(name) === '') problems[name] = 'It is needed.';
    return text(name);
  };
  const count = (name: 'context_tokens' | 'max_output_tokens') => {
    const digits = text(name).replaceAll(',', '');
    if (/^[1-9]\d{0,8}$/.test(digits)) return Number(digits);
    problems[name] = 'A whole number, 1 or more.';
    return 0;
  };
  const id = needed('id');
  if (taken.includes(id)) problems['id'] = 'There is a model of this id already.';
  const model: NewModel = {
    provider: needed('provider'),
    upstreamModel: needed('upstream_model'),
    ownedBy: needed('owned_by'),
    contextTokens: count('context_tokens'),
    maxOutputTokens: count('max_output_tokens'),
    capabilities: text('capabilities')
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean),
  };
  return Object.keys(problems).length > 0 ? { problems } : { id, model };
}
