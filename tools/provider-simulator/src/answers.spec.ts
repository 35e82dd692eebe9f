import { countTokens } from './count-tokens.js';
import type { ProviderName } from './provider.js';
import { startSimulator, type RunningSimulator } from './server.js';
import { nativeRequest, post, providerNames, type Wanted } from './testing/native-request.js';
import { readPlainAnswer, readStreamedAnswer, type ReadAnswer } from './testing/read-answer.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

async function ask(provider: ProviderName, wanted: Wanted): Promise<ReadAnswer> {
  const response = await post(simulator.url, nativeRequest(provider, wanted));
  const body = await response.text();
  expect({ status: response.status, body: response.ok ? '' : body }).toEqual({ status: 200, body: '' });
  expect(response.headers.get('x-tokenroute-simulator')).toBe('true');
  return wanted.stream ? readStreamedAnswer(provider, body) : readPlainAnswer(provider, JSON.parse(body));
}

const finishes: Record<ProviderName, { stop: string; length: string; calls: string; refusal: string }> = {
  openai: { stop: 'stop', length: 'length', calls: 'tool_calls', refusal: 'stop' },
  anthropic: { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use', refusal: 'refusal' },
  google: { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP', refusal: 'SAFETY' },
  deepseek: { stop: 'stop', length: 'length', calls: 'tool_calls', refusal: 'content_filter' },
  mistral: { stop: 'stop', length: 'length', calls: 'tool_calls', refusal: 'stop' },
};

/** The turn with tool results, in each provider's form. */
function results(provider: ProviderName, turn: any, texts: string[]): object[] {
  if (provider === 'anthropic') {
    const calls = turn.content.filter((block: any) => block.type === 'tool_use');
    const content = calls.map((call: any, i: number) => ({
      type: 'tool_result',
      tool_use_id: call.id,
      content: texts[i],
    }));
    return [turn, { role: 'user', content }];
  }
  if (provider === 'google') {
    const calls = turn.parts.filter((part: any) => part.functionCall);
    const parts = calls.map((part: any, i: number) => ({
      functionResponse: { name: part.functionCall.name, response: { result: texts[i] } },
    }));
    return [turn, { role: 'user', parts }];
  }
  return [
    turn,
    ...turn.tool_calls.map((call: any, i: number) => ({
      role: 'tool',
      tool_call_id: call.id,
      content: texts[i],
    })),
  ];
}

const cases = providerNames.flatMap((provider) => [false, true].map((stream) => ({ provider, stream })));

describe.each(cases)('$provider, stream $stream', ({ provider, stream }) => {
  const finish = finishes[provider];

  test('a prompt is answered with a text that says it is simulated and quotes it', async () => {
    const answer = await ask(provider, { stream, prompt: 'Grüße, 世界 🌍' });
    expect(answer.text).toBe(
      'Simulated answer from the tokenroute provider simulator: you said "Grüße, 世界 🌍".',
    );
    expect(answer).toMatchObject({ finish: finish.stop, done: true, calls: [], thinking: '' });
  });

  test('usage is the documented function of the request and of the answer', async () => {
    const answer = await ask(provider, { stream, prompt: 'Hello there' });
    expect(answer.usage).toEqual({
      input: 3 + 4 + countTokens('Hello there'),
      output: countTokens(answer.text),
      cached: 0,
      reasoning: 0,
    });
  });

  test('usage is what a marker says', async () => {
    const prompt = '[[sim:usage=input:1000,output:50,cached:800,reasoning:7]]';
    const answer = await ask(provider, { stream, prompt });
    const reasoning = provider === 'mistral' ? 0 : 7;
    expect(answer.usage).toEqual({ input: 1000, output: 50, cached: 800, reasoning });
  });

  test('a tool the prompt names is called, and its result is quoted when it comes back', async () => {
    const wanted = { stream, tools: ['get_time', 'get_weather'], prompt: 'Use get_weather please' };
    const first = await ask(provider, wanted);
    expect(first.calls).toEqual([{ name: 'get_weather', args: { city: 'simulated city' } }]);
    expect(first.finish).toBe(finish.calls);
    const second = await ask(provider, { ...wanted, more: results(provider, first.turn, ['17 degrees']) });
    expect(second.text).toContain('the tools returned get_weather:');
    expect(second.text).toContain('17 degrees');
    expect(second).toMatchObject({ finish: finish.stop, calls: [] });
  });

  test('several calls come in one answer, and all their results are wanted back', async () => {
    const wanted = { stream, tools: ['a_tool', 'b_tool'], prompt: '[[sim:tool-calls=3]]' };
    const first = await ask(provider, wanted);
    expect(first.calls.map((call) => call.name)).toEqual(['a_tool', 'b_tool', 'a_tool']);
    const second = await ask(provider, {
      ...wanted,
      more: results(provider, first.turn, ['one', 'two', 'three']),
    });
    expect(second.text).toMatch(/one.*two.*three/);
  });

  test('structured output satisfies the schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        age: { type: 'integer', minimum: 7 },
        kind: { enum: ['x', 'y'] },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['age', 'kind', 'tags'],
    };
    const answer = await ask(provider, { stream, schema, prompt: 'As json please' });
    const expected =
      provider === 'deepseek'
        ? { simulated: true, by: 'tokenroute provider simulator', prompt: 'As json please' }
        : { age: 7, kind: 'x', tags: ['simulated tags'] };
    expect(JSON.parse(answer.text)).toEqual(expected);
  });

  test('thinking comes apart from the text, is counted, and is taken back with the tool results', async () => {
    const wanted = { stream, thinking: true, tools: ['get_weather'], prompt: 'Use get_weather' };
    const first = await ask(provider, wanted);
    expect(first.thinking).toMatch(provider === 'openai' ? /^$/ : /^Simulated thinking/);
    if (provider !== 'mistral') expect(first.usage?.reasoning).toBeGreaterThan(10);
    const turn = provider === 'mistral' ? { ...first.turn, reasoning_content: undefined } : first.turn;
    const second = await ask(provider, { ...wanted, more: results(provider, turn, ['sunny']) });
    expect(second.text).toContain('sunny');
  });

  test('output stops at the limit, with the provider’s own reason', async () => {
    const answer = await ask(provider, { stream, maxTokens: 5 });
    expect(answer.text).toBe('Simulated answer fro');
    expect(answer.finish).toBe(finish.length);
    expect(answer.usage?.output).toBe(5);
  });

  test('a refusal is said in the provider’s own way', async () => {
    const answer = await ask(provider, { stream, prompt: '[[sim:refusal]]' });
    expect(answer.finish).toBe(finish.refusal);
    const said = 'The simulated provider declines to answer this.';
    if (provider === 'deepseek' || provider === 'mistral') expect(answer.text).toBe(said);
    else if (provider !== 'google') expect(answer).toMatchObject({ refusal: said, text: '' });
    else expect(answer.text).toBe('');
  });

  test('the length and the words of a text can be set', async () => {
    expect((await ask(provider, { stream, prompt: '[[sim:tokens=1234]]' })).usage?.output).toBe(1234);
    expect(await ask(provider, { stream, prompt: '[[sim:text=a%3Bb "é"\n🌍;finish=odd]]' })).toMatchObject({
      text: 'a;b "é"\n🌍',
      finish: 'odd',
    });
  });

  test('no-usage leaves usage out and the rest as it is', async () => {
    const answer = await ask(provider, { stream, prompt: '[[sim:no-usage]]' });
    expect(answer.usage).toBeUndefined();
    expect(answer).toMatchObject({ finish: finish.stop, done: true });
  });

  test('the same request gets the same bytes', async () => {
    const request = nativeRequest(provider, {
      stream,
      thinking: true,
      tools: ['t'],
      prompt: 'Same [[sim:tool-calls=2]]',
    });
    const [one, two] = await Promise.all([post(simulator.url, request), post(simulator.url, request)]);
    expect(await one.text()).toBe(await two.text());
  });
});

test('attachments are taken and named in the answer, with type and size', async () => {
  const png = Buffer.alloc(300, 1).toString('base64');
  const openai = nativeRequest('openai');
  openai.body.messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
        { type: 'input_audio', input_audio: { data: png, format: 'wav' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${png}` } },
      ],
    },
  ];
  const said = readPlainAnswer('openai', await (await post(simulator.url, openai)).json());
  expect(said.text).toContain(
    '[image image/png, 300 bytes] [audio audio/wav, 300 bytes] [document application/pdf, 300 bytes]',
  );
  const anthropic = nativeRequest('anthropic');
  const source = { type: 'base64', media_type: 'image/png', data: png };
  anthropic.body.messages = [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look' },
        { type: 'image', source },
      ],
    },
  ];
  const seen = readPlainAnswer('anthropic', await (await post(simulator.url, anthropic)).json());
  expect(seen.text).toContain('[image image/png, 300 bytes]');
  const google = nativeRequest('google');
  google.body.contents = [
    { parts: [{ text: 'Look' }, { inline_data: { mime_type: 'audio/mp3', data: png } }] },
  ];
  const heard = readPlainAnswer('google', await (await post(simulator.url, google)).json());
  expect(heard.text).toContain('[audio audio/mp3, 300 bytes]');
});

test('Anthropic’s cache writes are told apart by their lifetime, and are not in input_tokens', async () => {
  const prompt = '[[sim:usage=input:1000,cached:300,cache-write-5m:200,cache-write-1h:100]]';
  const { usage } = (await (await post(simulator.url, nativeRequest('anthropic', { prompt }))).json()) as any;
  expect(usage).toMatchObject({
    input_tokens: 400,
    cache_read_input_tokens: 300,
    cache_creation_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
  });
});

test('OpenAI streams usage only when asked, in a chunk of its own; DeepSeek always, with the finish reason', async () => {
  const without = async (provider: ProviderName): Promise<any[]> => {
    const request = nativeRequest(provider, { stream: true });
    delete request.body.stream_options;
    const text = await (await post(simulator.url, request)).text();
    return text
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)));
  };
  expect((await without('openai')).some((chunk) => 'usage' in chunk)).toBe(false);
  const last = (await without('deepseek')).at(-1);
  expect(last).toMatchObject({ choices: [{ finish_reason: 'stop' }], usage: { prompt_tokens: 9 } });
});

test('Gemini without alt=sse streams one JSON array', async () => {
  const request = nativeRequest('google', { stream: true });
  request.path = request.path.replace('?alt=sse', '');
  const response = await post(simulator.url, request);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(((await response.json()) as unknown[]).length).toBeGreaterThan(2);
});

test('n choices are n times the output', async () => {
  const request = nativeRequest('openai', { prompt: '[[sim:tokens=10]]' });
  request.body.n = 3;
  const body = (await (await post(simulator.url, request)).json()) as any;
  expect(body.choices.map((choice: any) => choice.index)).toEqual([0, 1, 2]);
  expect(body.usage.completion_tokens).toBe(30);
});
