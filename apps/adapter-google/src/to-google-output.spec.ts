import type { ChatResponseFormat } from '@tokenroute/openai-wire';
import { googleModel } from './google-models.js';
import { toGoogleOutput } from './to-google-output.js';

const schema = {
  type: 'object',
  properties: { a: { type: ['string', 'null'] } },
  additionalProperties: false,
};
const json: ChatResponseFormat = { type: 'json_schema', json_schema: { name: 'answer', schema } };
const tools = [{ type: 'function' as const, function: { name: 'f' } }];
const output = (format: ChatResponseFormat | undefined, model: string, offered?: typeof tools) =>
  toGoogleOutput({ response_format: format, tools: offered }, googleModel(model));

describe('toGoogleOutput', () => {
  test('text is what comes anyway', () => {
    expect(output({ type: 'text' }, 'gemini-2.5-pro')).toEqual({});
    expect(output(undefined, 'gemini-2.5-pro')).toEqual({});
  });

  test('JSON of any form', () => {
    expect(output({ type: 'json_object' }, 'gemini-2.5-pro')).toEqual({
      responseMimeType: 'application/json',
    });
  });

  test('newer models get the schema as it is (rule 32)', () => {
    expect(output(json, 'gemini-2.5-pro')).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: schema,
    });
  });

  test('older models get a part of OpenAPI (rule 32)', () => {
    expect(output(json, 'gemini-2.0-flash-001')).toEqual({
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'object',
        properties: { a: { type: 'string', nullable: true } },
        propertyOrdering: ['a'],
      },
    });
  });

  test('with tools the form is asked for in words, where both together are refused', () => {
    expect(output(json, 'gemini-3-pro-preview', tools)).toHaveProperty('responseJsonSchema');
    const { instruction, ...native } = output(json, 'gemini-2.5-pro', tools);
    expect(native).toEqual({});
    expect(instruction).toContain(JSON.stringify(schema));
    expect(output({ type: 'json_object' }, 'gemini-2.5-pro', tools).instruction).toMatch(/JSON value/);
  });
});
