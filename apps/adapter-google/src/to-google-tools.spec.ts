import type { ChatConversation } from '@tokenroute/openai-wire';
import { googleModel } from './google-models.js';
import { toGoogleTools } from './to-google-tools.js';

const parameters = {
  $schema: 'x',
  type: 'object',
  properties: { city: { $ref: '#/$defs/city' } },
  $defs: { city: { type: ['string', 'null'] } },
};
const tool = (name: string, more = {}) => ({ type: 'function' as const, function: { name, ...more } });
const tools = (asked: Pick<ChatConversation, 'tools' | 'tool_choice'>, model = 'gemini-2.5-pro') =>
  toGoogleTools(asked, googleModel(model));

describe('toGoogleTools', () => {
  test('newer models get the JSON Schema as it is (rule 32)', () => {
    const asked = { tools: [tool('weather', { description: 'd', parameters, strict: true })] };
    expect(tools(asked).tools).toEqual([
      { functionDeclarations: [{ name: 'weather', description: 'd', parametersJsonSchema: parameters }] },
    ]);
  });

  test('older models get a part of OpenAPI (rule 32)', () => {
    const [group] = tools({ tools: [tool('weather', { parameters })] }, 'gemini-2.0-flash-001').tools!;
    expect(group!.functionDeclarations[0]!.parameters).toEqual({
      type: 'object',
      properties: { city: { type: 'string', nullable: true } },
      propertyOrdering: ['city'],
    });
  });

  test('a function without parameters has no schema', () => {
    const empty = { parameters: { type: 'object', properties: {} } };
    const asked = { tools: [tool('a'), tool('b', empty)] };
    expect(tools(asked, 'gemini-2.0-flash-001').tools).toEqual([
      { functionDeclarations: [{ name: 'a' }, { name: 'b' }] },
    ]);
  });

  test.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [tool('b'), { mode: 'ANY', allowedFunctionNames: ['b'] }],
  ] as const)('the choice %j (rule 33)', (choice, functionCallingConfig) => {
    const asked = { tools: [tool('a'), tool('b')], tool_choice: choice };
    expect(tools(asked).toolConfig).toEqual({ functionCallingConfig });
  });

  test('no choice is left to the model', () => {
    expect(tools({ tools: [tool('a')] })).not.toHaveProperty('toolConfig');
    expect(tools({ tool_choice: 'auto' })).toEqual({});
  });

  test.each([
    ['required', []],
    [tool('c'), [tool('a')]],
  ] as const)('a call that no tool can answer is refused: %j', (choice, offered) => {
    expect(() => tools({ tools: [...offered], tool_choice: choice })).toThrow(
      expect.objectContaining({ code: 'invalid-request', param: 'tool_choice' }),
    );
  });
});
