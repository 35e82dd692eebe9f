import { startSimulator, type RunningSimulator } from './server.js';
import { nativeRequest, post, providerNames } from './testing/native-request.js';
import { rawPost } from './testing/raw-post.js';
import { readSse, readStreamedAnswer } from './testing/read-answer.js';
import { readJournal } from './testing/read-journal.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

describe.each(providerNames)('%s', (provider) => {
  test('status fails with that status, in the provider’s error shape, and says when to come back', async () => {
    const response = await post(
      simulator.url,
      nativeRequest(provider, { prompt: '[[sim:status=429;retry-after=7]]' }),
    );
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    const body = (await response.json()) as any;
    const shape = {
      openai: { error: { type: 'requests', code: 'rate_limit_exceeded', param: null } },
      anthropic: { type: 'error', error: { type: 'rate_limit_error' } },
      google: { error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '7s' }] } },
      deepseek: { error: { type: 'rate_limit_error' } },
      mistral: { object: 'error', type: 'rate_limited', code: '1300' },
    }[provider];
    expect(body).toMatchObject(shape);
  });

  test('times fails the first tries of an id, and only those', async () => {
    const request = nativeRequest(provider, { prompt: `[[sim:status=503;times=2;id=times-${provider}]]` });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await post(simulator.url, request)).status);
    expect(statuses).toEqual([503, 503, 200, 200]);
  });

  test('an error in the stream comes after so many pieces, and nothing after it', async () => {
    const response = await post(
      simulator.url,
      nativeRequest(provider, { stream: true, prompt: '[[sim:error-in-stream=2;tokens=100]]' }),
    );
    const events = readSse(await response.text());
    const last = JSON.parse(events.at(-1)?.data ?? '');
    expect(last.error ?? last.message).toBeDefined();
    if (provider === 'anthropic') expect(events.at(-1)?.event).toBe('error');
    expect(events.filter(({ data }) => /"(text|content)":"[^"]/.test(data)).length).toBe(2);
  });

  test('no-finish ends a stream before its finish event', async () => {
    const request = nativeRequest(provider, {
      stream: true,
      prompt: `[[sim:no-finish;id=no-finish-${provider}]]`,
    });
    const answer = readStreamedAnswer(provider, await (await post(simulator.url, request)).text());
    expect(answer).toMatchObject({ finish: undefined, done: false });
    expect(answer.text).toContain('Simulated answer');
    expect(await readJournal(simulator.url, `no-finish-${provider}`)).toMatchObject([
      { complete: false, clientGoneAt: null },
    ]);
  });

  test('cut breaks the connection after exactly so many bytes, streaming or not', async () => {
    for (const stream of [true, false]) {
      const id = `cut-${provider}-${stream}`;
      const answer = await rawPost(
        simulator.url,
        nativeRequest(provider, { stream, prompt: `[[sim:cut=333;id=${id}]]` }),
      );
      expect(answer).toMatchObject({ status: 200, complete: false });
      expect(answer.body.length).toBe(333);
      expect(await readJournal(simulator.url, id)).toMatchObject([
        { status: 200, complete: false, clientGoneAt: null, bytesWritten: 333 },
      ]);
    }
  });

  test('split, crlf and comments change how a stream is written and not what it says', async () => {
    const plain = nativeRequest(provider, { stream: true, prompt: 'Grüße 🌍' });
    const odd = { ...plain, headers: { ...plain.headers, 'x-simulator': 'split=3;crlf;comments' } };
    const [one, two] = [await rawPost(simulator.url, plain), await rawPost(simulator.url, odd)];
    expect(two.body.toString()).toContain(': keep-alive\r\n\r\n');
    expect(two.chunks.length).toBeGreaterThan(two.body.length / 40);
    const [before, after] = [one, two].map(({ body }) => readStreamedAnswer(provider, body.toString()));
    expect(after?.text).toBe(before?.text);
    expect(after).toMatchObject({ finish: before?.finish, usage: before?.usage, done: true });
  });

  test('stall sends headers and then nothing; stall-after some pieces and then nothing', async () => {
    for (const [marker, least, most] of [
      ['stall', 0, 0],
      ['stall-after=2', 1, 100_000],
    ] as const) {
      const id = `${marker}-${provider}`;
      const leave = new AbortController();
      const request = nativeRequest(provider, {
        stream: true,
        prompt: `[[sim:${marker};id=${encodeURIComponent(id)}]]`,
      });
      const response = await post(simulator.url, request, { signal: leave.signal });
      expect(response.status).toBe(200);
      const reader = response.body!.getReader();
      const first = least > 0 ? await reader.read() : undefined;
      const next = reader.read().catch(() => 'gone');
      leave.abort();
      expect(await next).toBe('gone');
      const [entry] = await readJournal(simulator.url, encodeURIComponent(id));
      expect(entry).toMatchObject({ status: 200, complete: false, clientGoneAt: expect.any(Number) });
      expect(entry!.bytesWritten).toBeGreaterThanOrEqual(first?.value?.length ?? least);
      expect(entry!.bytesWritten).toBeLessThanOrEqual(most);
    }
  });

  test('invalid-json spoils an answer', async () => {
    const plain = await post(simulator.url, nativeRequest(provider, { prompt: '[[sim:invalid-json]]' }));
    expect(plain.status).toBe(200);
    const spoilt = await plain.text();
    expect(() => JSON.parse(spoilt)).toThrow(SyntaxError);
    const streamed = await post(
      simulator.url,
      nativeRequest(provider, { stream: true, prompt: '[[sim:invalid-json]]' }),
    );
    const text = await streamed.text();
    expect(() => readStreamedAnswer(provider, text)).toThrow(SyntaxError);
  });
});

test('ttfb holds back the headers, chunk-delay each piece', async () => {
  const started = performance.now();
  const response = await post(
    simulator.url,
    nativeRequest('openai', { stream: true, prompt: '[[sim:ttfb=60;chunk-delay=20;tokens=4]]' }),
  );
  const headersAfter = performance.now() - started;
  await response.text();
  expect(headersAfter).toBeGreaterThanOrEqual(59);
  expect(performance.now() - started - headersAfter).toBeGreaterThanOrEqual(50);
});

test('reset breaks the connection before any header', async () => {
  const answer = await rawPost(simulator.url, nativeRequest('openai', { prompt: '[[sim:reset;id=reset]]' }));
  expect(answer).toMatchObject({ status: undefined, complete: false });
  expect(await readJournal(simulator.url, 'reset')).toMatchObject([
    { status: null, complete: false, clientGoneAt: null },
  ]);
});

test('no-done leaves out what ends a complete stream', async () => {
  for (const provider of ['openai', 'anthropic', 'deepseek', 'mistral'] as const) {
    const request = nativeRequest(provider, { stream: true, prompt: '[[sim:no-done]]' });
    const answer = readStreamedAnswer(provider, await (await post(simulator.url, request)).text());
    expect(answer.done).toBe(false);
    expect(answer.finish).toBeDefined();
  }
});

test('huge writes as many bytes of text, and its journal counts them', async () => {
  const bytes = 32 * 1024 * 1024;
  const request = nativeRequest('openai', {
    stream: true,
    prompt: `[[sim:huge=${bytes};chunk-tokens=4000;id=huge]]`,
  });
  const response = await post(simulator.url, request);
  await response.arrayBuffer();
  expect(await readJournal(simulator.url, 'huge')).toMatchObject([
    { complete: true, tokensWritten: bytes / 4 },
  ]);
});

test('usage-in puts the usage of OpenAI and DeepSeek where it usually is not', async () => {
  const chunksOf = async (provider: 'openai' | 'deepseek', marker: string): Promise<any[]> => {
    const text = await (
      await post(simulator.url, nativeRequest(provider, { stream: true, prompt: marker }))
    ).text();
    return readSse(text)
      .filter(({ data }) => data !== '[DONE]')
      .map(({ data }) => JSON.parse(data));
  };
  expect((await chunksOf('openai', '[[sim:usage-in=finish]]')).at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
    usage: { prompt_tokens: expect.any(Number) },
  });
  expect((await chunksOf('deepseek', '[[sim:usage-in=separate]]')).at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: expect.any(Number) },
  });
});

test('a refused prompt is Gemini’s promptFeedback', async () => {
  const body = (await (
    await post(simulator.url, nativeRequest('google', { prompt: '[[sim:refusal=prompt]]' }))
  ).json()) as any;
  expect(body).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
  expect(body.candidates).toBeUndefined();
});
