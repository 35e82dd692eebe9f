import type { ChatConversation } from '@tokenroute/openai-wire';
import type { AnthropicMessage } from './anthropic-wire.js';
import { JsonText } from './json-text.js';
import type { AnthropicOutput } from './to-anthropic-output.js';
import { toAnthropicTools } from './to-anthropic-tools.js';

type Demand = Pick<ChatConversation, 'tools' | 'tool_choice' | 'parallel_tool_calls'>;

const tool = (name: string, parameters?: Record<string, unknown>) =>
  ({ type: 'function', function: { name, parameters } }) as const;
const history: AnthropicMessage[] = [
  { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'seen', input: new JsonText('{}') }] },
];
const answer: AnthropicOutput = {
  kind: 'answer-tool',
  tool: { name: 'reply', input_schema: { type: 'object' } },
};

function translate(
  demand: Demand,
  output: AnthropicOutput = { kind: 'text' },
  messages: AnthropicMessage[] = [],
) {
  return toAnthropicTools(demand, output, messages);
}

describe('toAnthropicTools', () => {
  test('a schema is an object and keeps everything it says (rule 8)', () => {
    const parameters = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { type: 'string' } },
      additionalProperties: false,
    };
    const { tools } = translate({ tools: [tool('f', parameters), tool('g'), tool('h', { properties: {} })] });
    expect(tools).toEqual([
      { name: 'f', input_schema: parameters },
      { name: 'g', input_schema: { type: 'object', properties: {} } },
      { name: 'h', input_schema: { properties: {}, type: 'object' } },
    ]);
  });

  test('description and cache mark travel along (rule 2)', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const [first] = translate({
      tools: [{ type: 'function', function: { name: 'f', description: 'd' }, ...mark }],
    }).tools!;
    expect(first).toMatchObject({ description: 'd', ...mark });
  });

  test.each([
    ['auto', { type: 'auto' }],
    ['required', { type: 'any' }],
    ['none', { type: 'none' }],
    [
      { type: 'function', function: { name: 'f' } },
      { type: 'tool', name: 'f' },
    ],
  ] as const)('the choice %j (rule 9)', (choice, expected) => {
    expect(translate({ tools: [tool('f')], tool_choice: choice }).tool_choice).toEqual(expected);
  });

  test('without a choice there is none, and one call at a time lives inside a choice (rule 10)', () => {
    const tools = [tool('f')];
    const single = { disable_parallel_tool_use: true };
    expect(translate({ tools })).not.toHaveProperty('tool_choice');
    expect(translate({ tools, parallel_tool_calls: true })).not.toHaveProperty('tool_choice');
    expect(translate({ tools, parallel_tool_calls: false }).tool_choice).toEqual({ type: 'auto', ...single });
    expect(translate({ tools, parallel_tool_calls: false, tool_choice: 'required' }).tool_choice).toEqual({
      type: 'any',
      ...single,
    });
    expect(translate({ tools, parallel_tool_calls: false, tool_choice: 'none' }).tool_choice).toEqual({
      type: 'none',
    });
    expect(translate({ parallel_tool_calls: false })).toEqual({});
  });

  test('a history with calls declares the tools it knows, and none of them is called (rule 11)', () => {
    expect(translate({}, { kind: 'text' }, history)).toEqual({
      tools: [{ name: 'seen', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'none' },
    });
  });

  test('a demanded call without tools is refused by name', () => {
    expect(() => translate({ tool_choice: 'required' })).toThrow(/^tool_choice: /);
    expect(translate({ tool_choice: 'auto' })).toEqual({});
  });

  test('an answer through a tool is forced; beside the client’s tools any of them will do (rule 17)', () => {
    const forced = { type: 'tool', name: 'reply', disable_parallel_tool_use: true };
    expect(translate({}, answer)).toMatchObject({ tools: [{ name: 'reply' }], tool_choice: forced });
    expect(translate({}, answer, history).tools!.map(({ name }) => name)).toEqual(['seen', 'reply']);
    expect(translate({ tools: [tool('f')], tool_choice: 'none' }, answer).tool_choice).toEqual(forced);
    expect(translate({ tools: [tool('f')] }, answer)).toMatchObject({
      tools: [{ name: 'f' }, { name: 'reply' }],
      tool_choice: { type: 'any' },
    });
  });
});
