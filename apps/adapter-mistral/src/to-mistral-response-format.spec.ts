import { toMistralResponseFormat } from './to-mistral-response-format.js';

describe('toMistralResponseFormat', () => {
  test('a schema goes as it is, but for nulls and where it comes from (rule 43)', () => {
    const schema = { $schema: 's', type: 'object', additionalProperties: false };
    const json_schema = { name: 'n', description: null, schema, strict: true };
    expect(toMistralResponseFormat({ type: 'json_schema', json_schema })).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', schema: { type: 'object', additionalProperties: false }, strict: true },
    });
  });

  test('JSON mode stays, text is the default', () => {
    expect(toMistralResponseFormat({ type: 'json_object' })).toEqual({ type: 'json_object' });
    expect(toMistralResponseFormat({ type: 'text' })).toBeUndefined();
    expect(toMistralResponseFormat(null)).toBeUndefined();
  });
});
