import type { Model } from '@tokenroute/contracts';

/** A model in OpenAI's list shape, with what a customer needs to choose as extra fields. */
export interface OpenAiModel {
  id: string;
  object: 'model';
  /** Unix seconds. */
  created: number;
  owned_by: string;
  upstream_model: string;
  context_length: number;
  max_output_tokens: number;
}

export function toOpenAiModel(model: Model): OpenAiModel {
  return {
    id: model.id,
    object: 'model',
    created: Math.floor((model.createdAt?.getTime() ?? 0) / 1_000),
    owned_by: model.ownedBy,
    upstream_model: model.upstreamModel,
    context_length: model.contextTokens,
    max_output_tokens: model.maxOutputTokens,
  };
}
