import { instanceOfSchema } from './instance-of-schema.js';

test.each<[string, unknown, unknown]>([
  [
    'object with all its properties',
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'boolean' } } },
    { a: 'simulated a', b: true },
  ],
  ['required without a definition', { type: 'object', required: ['x'] }, { x: null }],
  [
    'enum and const',
    { type: 'object', properties: { e: { enum: [3, 4] }, c: { const: 'k' } } },
    { e: 3, c: 'k' },
  ],
  ['array bounds', { type: 'array', minItems: 3, items: { type: 'null' } }, [null, null, null]],
  ['array that must be empty', { type: 'array', maxItems: 0, items: {} }, []],
  ['unique items', { type: 'array', minItems: 2, uniqueItems: true, items: { type: 'integer' } }, [1, 2]],
  ['tuple', { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'boolean' }] }, [1, true]],
  ['integer bounds', { type: 'integer', exclusiveMinimum: 4, maximum: 9 }, 5],
  ['bounds that are none', { type: 'number', minimum: {}, maximum: [null], multipleOf: { a: 1 } }, 1],
  ['required that is no name', { type: 'object', required: [{ toString: null }, 'x'] }, { x: null }],
  ['multiple', { type: 'number', minimum: 7, multipleOf: 5 }, 10],
  ['only a maximum below the usual value', { type: 'integer', maximum: -4 }, -5],
  ['string lengths', { type: 'string', minLength: 20, maxLength: 20 }, 'simulated valuexxxxx'],
  ['short string', { type: 'string', maxLength: 3 }, 'sim'],
  ['format', { type: 'string', format: 'date-time' }, '2026-01-02T03:04:05Z'],
  ['nullable type list', { type: ['null', 'integer'] }, 1],
  ['anyOf', { anyOf: [{ type: 'integer' }, { type: 'string' }] }, 1],
  [
    'allOf',
    {
      allOf: [{ properties: { a: { type: 'integer' } } }, { properties: { b: { type: 'integer' } } }],
      type: 'object',
    },
    { a: 1, b: 1 },
  ],
  [
    '$ref',
    { type: 'object', properties: { p: { $ref: '#/$defs/P' } }, $defs: { P: { type: 'integer' } } },
    { p: 1 },
  ],
  ['Gemini’s types in capitals', { type: 'OBJECT', properties: { n: { type: 'INTEGER' } } }, { n: 1 }],
])('%s', (_, schema, instance) => {
  expect(instanceOfSchema(schema)).toEqual(instance);
});

test('a schema that contains itself ends', () => {
  const schema = {
    $ref: '#/$defs/node',
    $defs: {
      node: {
        type: 'object',
        properties: {
          value: { type: 'integer' },
          next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] },
        },
        required: ['value', 'next'],
      },
    },
  };
  expect(JSON.stringify(instanceOfSchema(schema)).length).toBeLessThan(2000);
});
