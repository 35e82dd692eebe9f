import OpenAI from 'openai';
import { startSimulator, type RunningSimulator } from './server.js';

let simulator: RunningSimulator;
let client: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator();
  client = new OpenAI({ baseURL: `${simulator.url}/openai/v1`, apiKey: 'key', maxRetries: 2 });
});
afterAll(() => simulator.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];

test('the official client reads a plain answer and the list of models', async () => {
  const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  expect(answer.choices[0]?.message.content).toContain('you said "Hello"');
  const ids = (await client.models.list()).data.map((model) => model.id);
  expect(ids).toContain('gpt-4o-mini');
});

test('the official client reads a stream with its usage', async () => {
  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let total = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    total = chunk.usage?.total_tokens ?? total;
  }
  expect(text).toContain('you said "Hello"');
  expect(total).toBe(9 + 19);
});

test('the official client runs tools to their end', async () => {
  const runner = client.chat.completions.runTools({
    model: 'gpt-4o-mini',
    stream: true,
    messages: [{ role: 'user', content: 'Use get_weather [[sim:tool-calls=2]]' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'The weather of a city',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
          parse: JSON.parse,
          function: ({ city }: { city: string }) => `sunny in ${city}`,
        },
      },
    ],
  });
  expect(await runner.finalContent()).toContain('get_weather: "sunny in simulated city"');
});

test('the official client takes an error for what it is, and tries again when told to', async () => {
  const ask = (marker: string): Promise<unknown> =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: marker }] });
  await expect(client.chat.completions.create({ model: 'gpt-none', messages })).rejects.toMatchObject({
    status: 404,
    code: 'model_not_found',
  });
  await expect(ask('[[sim:status=400]]')).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  await expect(ask('[[sim:status=503;retry-after=0;times=2;id=retried]]')).resolves.toBeDefined();
});
