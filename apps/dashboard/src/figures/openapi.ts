/** What is read of a JSON Schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
  deprecated?: boolean;
  examples?: unknown[];
  /** What becomes of a parameter, by provider. */
  'x-tokenroute-providers'?: Record<string, string>;
}

interface Content {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { summary: string; value: unknown }>;
}

export interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, { description: string }>;
  content?: Record<string, Content>;
}

export interface Operation {
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description: string; schema: Schema }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Answer>;
}

/** What is read of the description of the public API. */
export interface OpenApi {
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
}

/** A model as `GET /v1/models` tells it. */
export interface ListedModel {
  id: string;
  owned_by: string;
  context_length: number;
  max_output_tokens: number;
  capabilities: string[];
  pricing: Record<string, unknown> | null;
  deprecated: string | null;
  replaced_by: string | null;
}

/** The models on offer, which the description has as the example of the answer that lists them. */
export function modelsOf(api: OpenApi): ListedModel[] {
  const answer = api.paths['/v1/models']?.['get']?.responses['200'];
  const list = answer?.content?.['application/json']?.example as { data?: ListedModel[] } | undefined;
  return list?.data ?? [];
}
