import { referenceBlocks } from './api-reference.js';
import { modelBlocks } from './model-blocks.js';
import type { OpenApi } from './openapi.js';
import { plainText } from './parse-markdown.js';

const model = {
  id: 'm-1',
  owned_by: 'somebody',
  context_length: 128_000,
  max_output_tokens: 4_096,
  capabilities: ['image'],
  pricing: { input: '0.15', cached_input: '0.075', output: '0.60' },
  deprecated: '2027-01-01T00:00:00.000Z',
  replaced_by: 'm-2',
};

const api: OpenApi = {
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/v1/models': {
      get: {
        summary: 'The models',
        responses: {
          '200': {
            description: 'All of them.',
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Model' },
                example: { data: [model, model] },
              },
            },
          },
          '401': { $ref: '#/components/responses/authentication' },
        },
      },
    },
  },
  components: {
    schemas: {
      Model: {
        type: 'object',
        properties: {
          id: { type: 'string', 'x-tokenroute-providers': { a: '400: no', b: 'left out', c: 'sent' } },
          price: { anyOf: [{ type: 'object', properties: { input: { type: 'string' } } }, { type: 'null' }] },
        },
        required: ['id'],
      },
    },
    responses: { authentication: { description: 'No key.' } },
  },
};

const tables = (blocks = referenceBlocks(api)) =>
  blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.map((row) => row.map(plainText))] : []));

test('every operation has its statuses, with what their bodies are', () => {
  expect(tables()[0]).toEqual([
    ['200', 'Model', 'All of them.'],
    ['401', '', 'No key.'],
  ]);
});

test('every member of a schema has a row, those of objects within too, and providers that do not take it', () => {
  expect(tables()[1]).toEqual([
    ['id', 'string, required', '', 'refused: a; left out: b'],
    ['price', 'object or null', '', ''],
    ['price.input', 'string', '', ''],
  ]);
});

test('a type that is a schema leads to it', () => {
  const links = JSON.stringify(referenceBlocks(api)).match(/"href":"#model"/g);
  const ids = referenceBlocks(api).flatMap((block) => (block.kind === 'heading' ? [block.id] : []));
  expect(links).not.toBeNull();
  expect(ids).toContain('model');
  expect(new Set(ids).size).toBe(ids.length);
});

test('an example of a list shows its first entry', () => {
  const example = referenceBlocks(api).find(({ kind }) => kind === 'code') as { text: string };
  expect(JSON.parse(example.text)).toEqual({ data: [model] });
});

test('the models on offer have their prices as they came, and their end', () => {
  expect(tables(modelBlocks(api))[0]![0]).toEqual([
    'm-1 until 2027-01-01, then m-2',
    'somebody',
    '128,000',
    '4,096',
    'image',
    '0.15',
    '0.075',
    '0.60',
  ]);
});
