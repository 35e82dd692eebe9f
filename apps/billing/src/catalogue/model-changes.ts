import type { Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';

/** What an administrator decides about a model. */
export interface ModelFields {
  id: string;
  provider: string;
  upstreamModel: string;
  ownedBy: string;
  contextTokens: number;
  maxOutputTokens: number;
  capabilities: string[];
  deprecatedAt: Date | null;
  replacedById: string | null;
  /** From then on it is not on offer; null: it stays. */
  retiredAt: Date | null;
}

/** Kinds of input beside text, then abilities. */
const capabilities = ['image', 'pdf', 'audio', 'video', 'tools', 'structured_output', 'reasoning'];

/** A public id stands in URLs (GET /v1/models/{id}) and in lists separated by commas. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const providerPattern = /^[a-z][a-z0-9-]{0,62}$/;
const upstreamModelPattern = /^[\x21-\x7e]{1,200}$/;
const maxTokens = 2_000_000_000;

/** What each field of the contract sets. */
const setters: Record<string, (model: Model) => Partial<ModelFields>> = {
  provider: ({ provider }) => ({ provider }),
  upstream_model: ({ upstreamModel }) => ({ upstreamModel }),
  owned_by: ({ ownedBy }) => ({ ownedBy }),
  context_tokens: ({ contextTokens }) => ({ contextTokens }),
  max_output_tokens: ({ maxOutputTokens }) => ({ maxOutputTokens }),
  capabilities: (model) => ({ capabilities: [...new Set(model.capabilities)] }),
  deprecated_at: ({ deprecatedAt }) => ({ deprecatedAt: deprecatedAt ?? null }),
  replaced_by: ({ replacedBy }) => ({ replacedById: replacedBy || null }),
  retired_at: ({ retiredAt }) => ({ retiredAt: retiredAt ?? null }),
};

/**
 * A row as it is to be: what `fields` names comes from `wanted`, the rest from the row as it was.
 * @param before null: the model is new
 * @throws Fault invalid-request naming the field
 */
export function changedModel(before: ModelFields | null, wanted: Model, fields: string[]): ModelFields {
  const model: ModelFields = { ...(before ?? newModel(wanted.id)) };
  for (const field of fields) {
    const setter = Object.hasOwn(setters, field) ? setters[field] : undefined;
    if (!setter)
      throw refused('fields', `\`${field}\` cannot be set; ${Object.keys(setters).join(', ')} can`);
    Object.assign(model, setter(wanted));
  }
  const problem = problemOf(model);
  if (problem) throw refused(...problem);
  return model;
}

function newModel(id: string): ModelFields {
  return {
    id,
    provider: '',
    upstreamModel: '',
    ownedBy: '',
    contextTokens: 0,
    maxOutputTokens: 0,
    capabilities: [],
    deprecatedAt: null,
    replacedById: null,
    retiredAt: null,
  };
}

function problemOf(model: ModelFields): [field: string, problem: string] | null {
  const unknown = model.capabilities.filter((capability) => !capabilities.includes(capability));
  if (!idPattern.test(model.id)) return ['id', 'must be letters, digits and . _ : - , at most 128'];
  if (!providerPattern.test(model.provider))
    return ['provider', 'must be a provider that an adapter speaks for, such as openai'];
  if (!upstreamModelPattern.test(model.upstreamModel))
    return ['upstream_model', "must be the provider's own id of the model"];
  if (!upstreamModelPattern.test(model.ownedBy)) return ['owned_by', 'must be a name, such as openai'];
  if (!isTokenCount(model.contextTokens))
    return ['context_tokens', `must be a whole number from 1 to ${maxTokens}`];
  if (!isTokenCount(model.maxOutputTokens))
    return ['max_output_tokens', `must be a whole number from 1 to ${maxTokens}`];
  if (model.maxOutputTokens > model.contextTokens)
    return ['max_output_tokens', `must not be more than the context of ${model.contextTokens} tokens`];
  if (unknown.length > 0)
    return ['capabilities', `${unknown.join(', ')}: not known; known are ${capabilities.join(', ')}`];
  if (model.replacedById === model.id) return ['replaced_by', 'must be another model'];
  return null;
}

function isTokenCount(tokens: number): boolean {
  return Number.isInteger(tokens) && tokens >= 1 && tokens <= maxTokens;
}

/** A field an administrator must correct. */
export function refused(field: string, problem: string): Fault {
  return new Fault('invalid-request', `${field}: ${problem}.`, { param: field });
}
