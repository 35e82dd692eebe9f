import { toMistralToolChoice, toMistralTools, withoutSchemaIdentity } from './to-mistral-tools.js';

describe('toMistralTools', () => {
  test('$schema and $id are stripped, a property of that name is not (rule 43)', () => {
    const schema = {
      $schema: 's',
      $id: 'i',
      type: 'object',
      properties: { $id: { type: 'string' } },
      $defs: {},
    };
    expect(withoutSchemaIdentity(schema)).toEqual({
      type: 'object',
      properties: { $id: { type: 'string' } },
      $defs: {},
    });
  });

  test('a tool without parameters gets an empty object schema; null and false are not sent', () => {
    const tools = [{ type: 'function' as const, function: { name: 'f', description: null, strict: false } }];
    expect(toMistralTools(tools)).toEqual([
      { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(toMistralTools(null)).toBeUndefined();
    expect(toMistralTools([])).toBeUndefined();
  });

  test('members of a tool that Mistral does not know are not sent', () => {
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'f', strict: true, tomorrow: 1 },
        cache_control: { type: 'ephemeral' },
      },
    ];
    expect(toMistralTools(tools)).toEqual([
      {
        type: 'function',
        function: { name: 'f', parameters: { type: 'object', properties: {} }, strict: true },
      },
    ]);
  });
});

describe('toMistralToolChoice', () => {
  test('required is any, a named tool the native form (rule 42)', () => {
    expect(toMistralToolChoice('required')).toBe('any');
    expect(toMistralToolChoice('auto')).toBe('auto');
    expect(toMistralToolChoice('none')).toBe('none');
    expect(toMistralToolChoice({ type: 'function', function: { name: 'f', more: 1 } })).toEqual({
      type: 'function',
      function: { name: 'f' },
    });
  });
});
