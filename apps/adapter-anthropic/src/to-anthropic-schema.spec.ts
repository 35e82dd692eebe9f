import { fitsAnthropicGrammar, toAnthropicSchema } from './to-anthropic-schema.js';

const person = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

describe('toAnthropicSchema', () => {
  test('closes objects, nested ones too', () => {
    const schema = {
      type: 'object',
      properties: {
        people: { type: 'array', items: person },
        who: { anyOf: [{ $ref: '#/$defs/p' }, { type: 'null' }] },
      },
      $defs: { p: person },
    };
    const closed = { ...person, additionalProperties: false };
    expect(toAnthropicSchema(schema)).toEqual({
      type: 'object',
      properties: { people: { type: 'array', items: closed }, who: schema.properties.who },
      $defs: { p: closed },
      additionalProperties: false,
    });
  });

  test('constraints beyond the grammar become words; those within it stay', () => {
    expect(
      toAnthropicSchema({
        type: 'string',
        description: 'A name',
        minLength: 2,
        format: 'slug',
        pattern: '^a',
      }),
    ).toEqual({ type: 'string', description: 'A name (minLength: 2, format: "slug")', pattern: '^a' });
    expect(
      toAnthropicSchema({
        type: 'array',
        minItems: 1,
        maxItems: 3,
        items: { type: 'string', format: 'uuid' },
      }),
    ).toEqual({
      type: 'array',
      minItems: 1,
      items: { type: 'string', format: 'uuid' },
      description: '(maxItems: 3)',
    });
  });

  test('a property that is named like a keyword stays a property', () => {
    const named = { minimum: { type: 'integer' }, format: { type: 'string' }, items: { type: 'string' } };
    expect(toAnthropicSchema({ type: 'object', properties: named })['properties']).toEqual(named);
  });

  test('names of schemas nobody needs upstream are dropped; oneOf becomes anyOf', () => {
    expect(toAnthropicSchema({ $schema: 'x', oneOf: [{ type: 'null' }] })).toEqual({
      anyOf: [{ type: 'null' }],
    });
  });
});

describe('fitsAnthropicGrammar', () => {
  test.each([
    [person, true],
    [{ ...person, additionalProperties: false }, true],
    [{ ...person, additionalProperties: true }, false],
    [
      { type: 'object', properties: { map: { type: 'object', additionalProperties: { type: 'string' } } } },
      false,
    ],
    [{ type: 'object', properties: { any: { type: 'object' } } }, false],
    [{ type: 'object', properties: { next: { $ref: '#' } } }, false],
    [
      { $ref: '#/$defs/n', $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } } },
      false,
    ],
    [{ anyOf: [{ $ref: '#/$defs/p' }, { $ref: '#/$defs/p' }], $defs: { p: person } }, true],
  ])('%j fits: %s', (schema, fits) => {
    expect(fitsAnthropicGrammar(schema)).toBe(fits);
  });

  test('a schema nested without end of reason is bounded', () => {
    let schema: Record<string, unknown> = { type: 'string' };
    for (let depth = 0; depth < 500; depth += 1) schema = { type: 'array', items: schema };
    expect(fitsAnthropicGrammar(schema)).toBe(false);
  });
});
