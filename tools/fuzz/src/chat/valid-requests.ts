import type { Random } from '@tokenroute/chaos';

/** Of every provider, so that every adapter's translation meets what is sent. */
export const models = [
  'gpt-4o-mini',
  'gpt-4o',
  'claude-haiku-4-5',
  'claude-opus-4-1',
  'gemini-2.0-flash',
  'gemini-2.5-pro',
  'deepseek-chat',
  'deepseek-reasoner',
  'mistral-large-latest',
  'codestral',
];

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a place',
    strict: true,
    parameters: {
      type: 'object',
      properties: {
        place: { type: 'string', enum: ['Oslo', 'Rome'] },
        days: { type: 'array', items: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] } },
        more: { $ref: '#/$defs/more' },
      },
      required: ['place', 'days', 'more'],
      additionalProperties: false,
      $defs: { more: { type: 'object', properties: {}, additionalProperties: false, required: [] } },
    },
  },
};

const user = { role: 'user', content: 'How are you?' };

/** What real clients send, in all the shapes that translations know. */
const shapes: Record<string, unknown>[] = [
  { messages: [user] },
  { messages: [{ role: 'system', content: 'Be short.' }, user], temperature: 0.5, top_p: 0.9, stop: ['\n'] },
  {
    messages: [{ role: 'developer', content: [{ type: 'text', text: 'Be short.' }] }, user],
    presence_penalty: 0.1,
    frequency_penalty: 0.1,
    seed: 7,
    user: 'u-1',
    metadata: { a: 'b' },
    logit_bias: { '50256': -100 },
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: pixel, detail: 'low' } },
        ],
      },
    ],
  },
  {
    messages: [
      {
        role: 'user',
        content: [
          {
            type: 'file',
            file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0xLjQK' },
          },
          { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
        ],
      },
    ],
  },
  {
    messages: [
      user,
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
        ],
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"place":"Oslo"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: '{"sky":"clear"}' },
      { role: 'user', content: 'And Rome?', name: 'ann' },
    ],
    tools: [weather],
    tool_choice: 'auto',
    parallel_tool_calls: false,
  },
  { messages: [user], tools: [weather], tool_choice: { type: 'function', function: { name: 'weather' } } },
  {
    messages: [user],
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: weather.function.parameters },
    },
  },
  { messages: [user], response_format: { type: 'json_object' }, n: 2, logprobs: true, top_logprobs: 2 },
  { messages: [user], reasoning_effort: 'low', max_completion_tokens: 64, max_cost: '0.50' },
];

/** One of them, with a model, and streamed or not. Small answers: what is tried is the request. */
export function validRequest(random: Random): Record<string, unknown> {
  const shape = structuredClone(random.pick(shapes));
  return {
    model: random.pick(models),
    ...('max_completion_tokens' in shape ? {} : { max_tokens: 16 }),
    ...shape,
    ...(random.chance(0.4) && { stream: true, stream_options: { include_usage: random.chance(0.5) } }),
  };
}
