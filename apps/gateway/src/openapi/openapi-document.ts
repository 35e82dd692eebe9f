import { dryRunHeader, maxCostHeader, strictParamsHeader } from '../chat/chat-options.js';
import { idempotencyKeyHeader } from '../idempotency/idempotency-key.js';
import type { OpenAiModel } from '../models/to-openai-model.js';
import { answered, chatHeaders, errorAnswers, errorReferences } from './answers.js';
import { chatCompletionExample, chatRequestExamples, usageReceiptExample } from './examples.js';
import { type JsonSchema, reference } from './json-schema.js';
import { componentSchemas } from './schemas.js';

/** What the description tells of this installation. */
export interface DescribedGateway {
  /** At list prices. */
  models: readonly OpenAiModel[];
  maxBodyBytes: number;
  maxConcurrentRequestsPerKey: number;
}

export interface OpenApiDocument {
  openapi: '3.1.0';
  info: object;
  servers: { url: string }[];
  security: object[];
  tags: { name: string; description: string }[];
  /** By path and lower-case method. */
  paths: Record<string, Record<string, object>>;
  components: {
    securitySchemes: object;
    schemas: Record<string, JsonSchema>;
    responses: Record<string, object>;
  };
}

/** The public API, described in OpenAPI 3.1: made of what the code itself goes by. */
export function openApiDocument(gateway: DescribedGateway): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: {
      title: 'tokenroute',
      version: 'v1',
      description:
        'An OpenAI-compatible API in front of several providers, paid from a prepaid balance. Any OpenAI client works: give ' +
        'it the base URL, which ends in `/v1`, and a key.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [
      { name: 'Chat', description: 'Completions, plain and streamed.' },
      { name: 'Models', description: 'What is on offer, and for how much.' },
      { name: 'Usage', description: 'What became of a request.' },
      { name: 'Service', description: 'Of the service itself; no key is needed.' },
    ],
    paths: {
      '/v1/chat/completions': { post: createChatCompletion(gateway) },
      '/v1/models': { get: listModels(gateway) },
      '/v1/models/{id}': { get: getModel(gateway) },
      '/v1/usage/{request_id}': { get: getUsage() },
      '/openapi.json': { get: described('getDescription', 'This description', { type: 'object' }) },
      '/healthz': { get: described('getHealth', 'Whether the process lives', statusSchema('ok')) },
      '/readyz': {
        get: {
          ...described('getReadiness', 'Whether it can work', statusSchema('ok')),
          responses: {
            200: jsonAnswer('It can.', statusSchema('ok')),
            503: jsonAnswer('It cannot now.', statusSchema('unavailable')),
          },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: '`Authorization: Bearer sk-tr-…`' },
      },
      schemas: componentSchemas(gateway.models.map(({ id }) => id)),
      responses: errorAnswers(),
    },
  };
}

function createChatCompletion(gateway: DescribedGateway) {
  return {
    operationId: 'createChatCompletion',
    tags: ['Chat'],
    summary: 'Answer a conversation',
    description:
      'The most the request can cost is held, the provider is asked, and what it used is charged, before the answer ends. ' +
      `A body has at most ${gateway.maxBodyBytes} bytes. One key may have ${gateway.maxConcurrentRequestsPerKey} requests ` +
      'under way at once, and the requests and tokens per minute it was given.',
    parameters: chatHeaderParameters(),
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: reference('ChatCompletionRequest'), examples: chatRequestExamples },
      },
    },
    responses: {
      200: answered(
        'The answer; with `stream` as server-sent events, which end with `data: [DONE]`.',
        {
          'application/json': {
            schema: { oneOf: [reference('ChatCompletion'), reference('Quote')] },
            example: chatCompletionExample,
          },
          'text/event-stream': {
            // The data of each event. One that breaks off ends with an error, and without [DONE].
            schema: { oneOf: [reference('ChatCompletionChunk'), reference('Error')] },
          },
        },
        chatHeaders,
      ),
      ...errorReferences(
        'invalid-request',
        'authentication',
        'insufficient-quota',
        'permission',
        'not-found',
        'conflict',
        'too-large',
        'unprocessable',
        'rate-limited',
        'internal',
        'upstream',
        'unavailable',
      ),
    },
  };
}

function chatHeaderParameters() {
  return [
    header(idempotencyKeyHeader, 'Names a plain request, which may then be sent again and is charged once.', {
      type: 'string',
      minLength: 1,
      maxLength: 255,
    }),
    header(maxCostHeader, 'The most the request may cost, in USD; like `max_cost`.', {
      type: 'string',
      examples: ['0.05'],
    }),
    header(dryRunHeader, 'Only tell what the request could cost: the answer is a `Quote`.', {
      enum: ['true', 'false'],
    }),
    header(strictParamsHeader, 'Rather refuse the request than leave out a parameter.', {
      enum: ['true', 'false'],
    }),
  ];
}

function listModels({ models }: DescribedGateway) {
  return {
    operationId: 'listModels',
    tags: ['Models'],
    summary: 'The models on offer',
    description: 'At the prices that the key’s account pays.',
    responses: {
      200: answered('The models.', {
        'application/json': { schema: reference('ModelList'), example: { object: 'list', data: models } },
      }),
      ...forAnyKey(),
    },
  };
}

function getModel({ models }: DescribedGateway) {
  const [example] = models;
  return {
    operationId: 'getModel',
    tags: ['Models'],
    summary: 'One model',
    parameters: [inPath('id', 'A model’s id.', example && example.id)],
    responses: {
      200: answered('The model.', {
        'application/json': { schema: reference('Model'), ...(example && { example }) },
      }),
      ...forAnyKey('not-found'),
    },
  };
}

function getUsage() {
  return {
    operationId: 'getUsage',
    tags: ['Usage'],
    summary: 'What became of a request',
    description: 'To any key of the account that made the request.',
    parameters: [inPath('request_id', 'The `x-request-id` of an answer.', usageReceiptExample.id)],
    responses: {
      200: answered('The receipt.', {
        'application/json': { schema: reference('UsageReceipt'), example: usageReceiptExample },
      }),
      ...forAnyKey('not-found'),
    },
  };
}

function forAnyKey(...codes: 'not-found'[]) {
  return errorReferences('authentication', ...codes, 'rate-limited', 'internal', 'unavailable');
}

function header(name: string, description: string, schema: JsonSchema) {
  return { name, in: 'header', description, schema };
}

function inPath(name: string, description: string, example: string | undefined) {
  const examples = example === undefined ? {} : { examples: [example] };
  return { name, in: 'path', required: true, description, schema: { type: 'string', ...examples } };
}

function described(operationId: string, summary: string, schema: JsonSchema) {
  return {
    operationId,
    tags: ['Service'],
    summary,
    security: [],
    responses: { 200: jsonAnswer(`${summary}.`, schema) },
  };
}

function jsonAnswer(description: string, schema: JsonSchema) {
  return { description, content: { 'application/json': { schema } } };
}

function statusSchema(status: string): JsonSchema {
  return {
    type: 'object',
    properties: {
      status: { const: status },
      version: { type: 'string', description: 'Of what runs.' },
      failing: { type: 'array', items: { type: 'string' }, description: 'What fails.' },
    },
    required: ['status'],
  };
}
