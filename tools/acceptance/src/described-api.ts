import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Answer {
  $ref?: string;
  content?: Record<string, { schema: object }>;
}

/** An OpenAPI document as it came over the wire, of which this file knows no more than it needs. */
export interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
  components: { schemas: Record<string, object>; responses: Record<string, Answer> };
}

const address = 'https://described.example/';

/**
 * What an API says its answers are. Everything has to be as described and, stricter than for a customer, nothing may be there
 * that is not described: what we send we say.
 */
export class DescribedApi {
  private readonly validator = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  private readonly document: OpenApi;
  private readonly compiled = new Map<object, ValidateFunction>();

  constructor(document: OpenApi) {
    addFormats.default(this.validator);
    this.validator.addKeyword('x-tokenroute-providers');
    const referable = JSON.stringify(document).replaceAll('"#/components/schemas/', `"${address}`);
    this.document = closed(JSON.parse(referable) as OpenApi);
    for (const [name, schema] of Object.entries(this.document.components.schemas))
      this.validator.addSchema(schema as object, address + name);
  }

  /** `POST /v1/chat/completions`; a path's parameters are `{}`. */
  get routes(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
    );
  }

  /**
   * What is wrong with an answer; empty: it is as described.
   * @param route `get /v1/models`
   * @param type the media type: `application/json`
   * @param body parsed; of a stream the data of one event
   */
  problems(route: string, status: number, type: string, body: unknown): string[] {
    const [method = '', path = ''] = route.split(' ');
    const answer = this.document.paths[path]?.[method]?.responses[status];
    if (!answer) return [`${route} is not described to answer with ${status}`];
    const { content } = answer.$ref
      ? this.document.components.responses[answer.$ref.split('/').at(-1)!]!
      : answer;
    const schema = content?.[type]?.schema;
    return schema ? this.schemaProblems(schema, body) : [`${route} is not described to answer with ${type}`];
  }

  requestProblems(body: unknown): string[] {
    return this.schemaProblems(this.document.components.schemas['ChatCompletionRequest'] as object, body);
  }

  private schemaProblems(schema: object, value: unknown): string[] {
    const validate = this.compiled.get(schema) ?? this.validator.compile(schema);
    this.compiled.set(schema, validate);
    if (validate(value)) return [];
    return validate.errors!.map(({ instancePath, message, params }) =>
      `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
    );
  }
}

/** Every object that names members has no others. Parts of an `allOf` name some of them only. */
function closed<Value>(value: Value, key = ''): Value {
  if (typeof value !== 'object' || value === null || key === 'allOf') return value;
  if (Array.isArray(value)) return value.map((each: unknown) => closed(each)) as Value;
  const members = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, closed(each as unknown, name)]),
  );
  const { properties, additionalProperties } = members as Record<string, unknown>;
  const isOpen =
    properties && Object.keys(properties as object).length > 0 && additionalProperties === undefined;
  return { ...members, ...(isOpen ? { additionalProperties: false } : {}) } as Value;
}
