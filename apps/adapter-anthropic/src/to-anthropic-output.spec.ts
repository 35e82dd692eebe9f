import { anthropicModel } from './anthropic-models.js';
import { type OutputDemand, toAnthropicOutput } from './to-anthropic-output.js';

const opus = anthropicModel('claude-opus-4-1-20250805');
const haiku = anthropicModel('claude-haiku-4-5-20251001');
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const format = (members: Record<string, unknown> = {}): OutputDemand['response_format'] => ({
  type: 'json_schema',
  json_schema: { name: 'reply', schema, ...members },
});

describe('toAnthropicOutput', () => {
  test('a schema goes to the structured output of a model that has it (rule 17)', () => {
    expect(toAnthropicOutput({ response_format: format() }, haiku)).toEqual({
      kind: 'format',
      schema: { ...schema, additionalProperties: false },
    });
  });

  test('elsewhere it becomes a tool, and also where its grammar is too narrow (rule 17)', () => {
    const tool = { name: 'reply', description: 'Call this tool to give your answer.', input_schema: schema };
    expect(toAnthropicOutput({ response_format: format() }, opus)).toEqual({ kind: 'answer-tool', tool });
    const open = { ...schema, additionalProperties: true };
    expect(toAnthropicOutput({ response_format: format({ schema: open }) }, haiku)).toMatchObject({
      kind: 'answer-tool',
      tool: { input_schema: open },
    });
  });

  test('the answer’s tool has a name of its own that Anthropic takes', () => {
    const tools = [{ function: { name: 'reply' } }, { function: { name: 'reply_answer' } }];
    const named = (name: string) => toAnthropicOutput({ response_format: format({ name }), tools }, opus);
    expect(named('reply')).toMatchObject({ tool: { name: 'reply_answer_answer' } });
    expect(named('my reply')).toMatchObject({ tool: { name: 'answer' } });
  });

  test('where the client demands a call, that is all there will be', () => {
    expect(toAnthropicOutput({ response_format: format(), tool_choice: 'required' }, opus)).toEqual({
      kind: 'text',
    });
    const named = { type: 'function', function: { name: 'f' } } as const;
    expect(toAnthropicOutput({ response_format: format(), tool_choice: named }, opus)).toEqual({
      kind: 'text',
    });
  });

  test.each([{ type: 'json_object' } as const, format({ schema: undefined })])(
    'JSON without a schema is an instruction (rule 17): %j',
    (response_format) => {
      const output = toAnthropicOutput({ response_format }, haiku);
      expect(output).toMatchObject({ kind: 'instruction', instruction: { type: 'text' } });
    },
  );

  test.each([{ type: 'text' } as const, null, undefined])('%j asks for nothing', (response_format) => {
    expect(toAnthropicOutput({ response_format }, haiku)).toEqual({ kind: 'text' });
  });
});
