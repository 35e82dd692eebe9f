import { schemaInstruction, toDeepSeekResponseFormat } from './to-deepseek-response-format.js';

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const format = { type: 'json_schema' as const, json_schema: { name: 'place', schema, strict: true } };

describe('toDeepSeekResponseFormat', () => {
  test('a schema becomes JSON mode and an instruction that carries all of it', () => {
    expect(toDeepSeekResponseFormat(format)).toEqual({ type: 'json_object' });
    expect(schemaInstruction(format)).toContain(JSON.stringify(schema));
    expect(schemaInstruction(format)).toMatch(/json/i);
  });

  test('JSON mode needs no instruction, text no format', () => {
    expect(toDeepSeekResponseFormat({ type: 'json_object' })).toEqual({ type: 'json_object' });
    expect(schemaInstruction({ type: 'json_object' })).toBeUndefined();
    expect(toDeepSeekResponseFormat({ type: 'text' })).toBeUndefined();
    expect(toDeepSeekResponseFormat(null)).toBeUndefined();
  });
});
