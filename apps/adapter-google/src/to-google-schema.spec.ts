import { toGoogleSchema } from './to-google-schema.js';

const schema = (value: Record<string, unknown>) => toGoogleSchema(value, 'tools[0].function.parameters');
const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'object',
  properties,
  ...more,
});

describe('toGoogleSchema (rule 32)', () => {
  test('what the API does not know is left out, at every depth', () => {
    const strange = { $schema: 'x', $id: 'y', strict: true, additionalProperties: false, examples: [1] };
    expect(
      schema(object({ a: { type: 'array', items: { type: 'string', ...strange }, ...strange } }, strange)),
    ).toEqual(object({ a: { type: 'array', items: { type: 'string' } } }, { propertyOrdering: ['a'] }));
  });

  test('a property that is named like a keyword stays', () => {
    const properties = {
      $ref: { type: 'string' },
      strict: { type: 'boolean' },
      additionalProperties: { type: 'string' },
    };
    expect(schema(object(properties))['properties']).toEqual(properties);
  });

  test('references are written out, with what stands beside them', () => {
    const $defs = { 'a/b': { type: 'string', description: 'of the definition' } };
    const reference = { $ref: '#/$defs/a~1b', description: 'of the place' };
    expect(schema(object({ x: reference }, { $defs }))['properties']).toEqual({
      x: { type: 'string', description: 'of the place' },
    });
  });

  test('a reference to itself ends as a plain object', () => {
    const node = object({ name: { type: 'string' }, next: { $ref: '#/$defs/node' } });
    const written = JSON.stringify(
      schema({ $defs: { node }, ...object({ first: { $ref: '#/$defs/node' } }) }),
    );
    expect(written).toContain('"next":{"type":"object"}');
    expect(schema(object({ self: { $ref: '#' } }))['properties']).toMatchObject({ self: { type: 'object' } });
  });

  test('references that multiply are refused before they fill the memory', () => {
    const $defs: Record<string, unknown> = { d0: { type: 'string' } };
    for (let depth = 1; depth <= 20; depth += 1) {
      const below = { $ref: `#/$defs/d${depth - 1}` };
      $defs[`d${depth}`] = object({ a: below, b: below, c: below });
    }
    expect(() => schema({ $defs, ...object({ a: { $ref: '#/$defs/d20' } }) })).toThrow(/too large/);
    const all = Object.fromEntries(
      Array.from({ length: 21 }, (_, depth) => [
        `d${depth}`,
        depth === 0 ? {} : { allOf: Array(3).fill({ $ref: `#/$defs/d${depth - 1}` }) },
      ]),
    );
    expect(() => schema({ $defs: all, allOf: [{ $ref: '#/$defs/d20' }] })).toThrow(/too large/);
  });

  test.each(['#/$defs/none', 'https://example.org/a.json', '#anchor'])(
    'a reference to %s names the tool',
    ($ref) => {
      expect(() => schema(object({ a: { $ref } }))).toThrow(
        expect.objectContaining({ code: 'invalid-request', param: 'tools[0].function.parameters' }),
      );
    },
  );

  test('null among the types is nullable', () => {
    expect(schema({ type: ['string', 'null'], description: 'd' })).toEqual({
      type: 'string',
      description: 'd',
      nullable: true,
    });
    const either = schema({ description: 'd', anyOf: [{ type: 'integer' }, { type: 'null' }] });
    expect(either).toEqual({ type: 'integer', description: 'd', nullable: true });
  });

  test('several types, oneOf and anyOf are alternatives', () => {
    const anyOf = [{ type: 'string' }, { type: 'integer' }];
    expect(schema({ type: ['string', 'integer'] })).toEqual({ anyOf });
    expect(schema({ oneOf: [...anyOf, { type: 'null' }] })).toEqual({ nullable: true, anyOf });
  });

  test('alternatives beside properties keep the properties', () => {
    const either = { anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    const { anyOf } = schema(object({ a: { type: 'string' }, b: { type: 'string' } }, either));
    expect(anyOf).toEqual([
      expect.objectContaining({ required: ['a'], propertyOrdering: ['a', 'b'] }),
      expect.objectContaining({ required: ['b'], propertyOrdering: ['a', 'b'] }),
    ]);
  });

  test('allOf becomes one schema', () => {
    const $defs = { base: object({ a: { type: 'string' } }, { required: ['a'] }) };
    const more = object({ b: { type: 'integer' } }, { required: ['b'] });
    expect(schema({ $defs, description: 'd', allOf: [{ $ref: '#/$defs/base' }, more] })).toEqual({
      ...object({ a: { type: 'string' }, b: { type: 'integer' } }),
      description: 'd',
      required: ['a', 'b'],
      propertyOrdering: ['a', 'b'],
    });
  });

  test('the order of the properties is kept', () => {
    const { propertyOrdering } = schema(object({ z: { type: 'string' }, a: { type: 'string' } }));
    expect(propertyOrdering).toEqual(['z', 'a']);
  });

  test('what is required but not there is left out', () => {
    expect(schema(object({ a: { type: 'string' } }, { required: ['a', 'b'] }))['required']).toEqual(['a']);
  });

  test('what cannot be said as a keyword is said in the description', () => {
    expect(schema({ type: 'string', format: 'email', description: 'Where to write.' })).toEqual({
      type: 'string',
      description: 'Where to write. (format: email)',
    });
    expect(schema({ type: 'integer', enum: [1, 2] })).toEqual({
      type: 'integer',
      description: '(one of 1, 2)',
    });
    expect(schema({ type: 'number', exclusiveMinimum: 0 })).toEqual({
      type: 'number',
      description: '(more than 0)',
    });
  });

  test('what has a near keyword takes it', () => {
    expect(schema({ const: 'a' })).toEqual({ type: 'string', enum: ['a'] });
    expect(schema({ enum: ['a', null] })).toEqual({ type: 'string', nullable: true, enum: ['a'] });
    expect(schema({ type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 })).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 8,
    });
    expect(schema({ type: 'string', format: 'date-time' })).toEqual({ type: 'string', format: 'date-time' });
  });

  test('every schema names a type', () => {
    expect(
      schema(
        object({
          any: true,
          none: {},
          list: { items: {} },
          tuple: { prefixItems: [{}, { type: 'integer' }] },
        }),
      ),
    ).toMatchObject({
      properties: {
        any: { type: 'string' },
        none: { type: 'string' },
        list: { type: 'array', items: { type: 'string' } },
        tuple: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
      },
    });
  });
});
