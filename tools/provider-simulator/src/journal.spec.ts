import { Journal } from './journal.js';
import { startSimulator, type RunningSimulator } from './server.js';
import { nativeRequest, post, providerNames } from './testing/native-request.js';
import { rawPost } from './testing/raw-post.js';
import { readStreamedAnswer } from './testing/read-answer.js';
import { readJournal } from './testing/read-journal.js';
import { countTokens } from './count-tokens.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

describe.each(providerNames)('%s', (provider) => {
  test.each([false, true])(
    'a complete answer is written down as it was reported, stream %s',
    async (stream) => {
      const id = `complete-${provider}-${stream}`;
      const prompt = `[[sim:id=${id};tokens=77;usage=input:500,cached:100]]`;
      const response = await post(simulator.url, nativeRequest(provider, { stream, prompt }));
      const { length } = Buffer.from(await response.arrayBuffer());
      expect(await readJournal(simulator.url, id)).toEqual([
        {
          sequence: expect.any(Number),
          at: expect.any(Number),
          provider,
          path: expect.stringContaining(`/${provider}/`),
          model: expect.any(String),
          id,
          stream,
          status: 200,
          usage: {
            input: 500,
            cached: 100,
            cacheWrite5m: 0,
            cacheWrite1h: 0,
            audio: 0,
            output: 77,
            reasoning: 0,
          },
          usageWritten: true,
          tokensWritten: 77,
          bytesWritten: length,
          complete: true,
          clientGoneAt: null,
          endedAt: expect.any(Number),
        },
      ]);
    },
  );

  test('thinking and calls add up to what was reported', async () => {
    const id = `sum-${provider}`;
    const prompt = `[[sim:id=${id};tool-calls=2;thinking;text=so it is]]`;
    await (
      await post(simulator.url, nativeRequest(provider, { stream: true, tools: ['one', 'two'], prompt }))
    ).text();
    const [entry] = await readJournal(simulator.url, id);
    expect(entry).toMatchObject({ complete: true, tokensWritten: entry!.usage!.output });
    expect(entry!.tokensWritten).toBeGreaterThan(20);
  });

  test('a client that leaves stops the answer, and what it was sent is exact', async () => {
    const id = `left-${provider}`;
    const prompt = `[[sim:id=${id};tokens=5000;chunk-delay=5]]`;
    const request = nativeRequest(provider, { stream: true, prompt, maxTokens: 9000 });
    const answer = await rawPost(simulator.url, request, { leaveAfter: 1500 });
    const [entry] = await readJournal(simulator.url, id);
    expect(entry).toMatchObject({
      status: 200,
      complete: false,
      usageWritten: false,
      clientGoneAt: expect.any(Number),
    });
    expect(entry!.usage!.output).toBe(5000);
    // Every byte that was written went out before the client left, or was on its way: at most a few pieces more.
    const whole = answer.body.toString().slice(0, answer.body.lastIndexOf('\n\n') + 2);
    const seen = countTokens(readStreamedAnswer(provider, whole).text);
    expect(entry!.tokensWritten).toBeGreaterThanOrEqual(seen);
    expect(entry!.tokensWritten).toBeLessThanOrEqual(seen + 3 * 8);
    expect(seen).toBeGreaterThan(0);
  });

  test('tokens of a stream cut by a fault are those of its whole events', async () => {
    const id = `cut-${provider}`;
    const prompt = `[[sim:id=${id};tokens=500;cut=4000]]`;
    const answer = await rawPost(simulator.url, nativeRequest(provider, { stream: true, prompt }));
    const whole = answer.body.toString().slice(0, answer.body.lastIndexOf('\n\n') + 2);
    const [entry] = await readJournal(simulator.url, id);
    expect(entry!.bytesWritten).toBe(4000);
    expect(entry!.tokensWritten).toBe(countTokens(readStreamedAnswer(provider, whole).text));
  });
});

test('a client that leaves before the headers has no status', async () => {
  const leave = new AbortController();
  const answer = rawPost(simulator.url, nativeRequest('openai', { prompt: '[[sim:id=early;ttfb=60000]]' }), {
    leave: leave.signal,
  });
  const opened = async (): Promise<boolean> =>
    (((await (await fetch(`${simulator.url}/_simulator/journal?id=early`)).json()) as any).entries
      .length as number) > 0;
  while (!(await opened()));
  leave.abort();
  await answer;
  expect(await readJournal(simulator.url, 'early')).toMatchObject([
    { status: null, complete: false, tokensWritten: 0, clientGoneAt: expect.any(Number) },
  ]);
});

test('a failure has no usage, and its tries are counted', async () => {
  const request = nativeRequest('openai', { prompt: '[[sim:id=fails;times=1;status=500]]' });
  await (await post(simulator.url, request)).text();
  await (await post(simulator.url, request)).text();
  expect(await readJournal(simulator.url, 'fails', 2)).toMatchObject([
    { status: 500, usage: null, tokensWritten: 0, tries: 1 },
    { status: 200, usage: { output: expect.any(Number) }, tries: 2 },
  ]);
});

test('since, limit and DELETE narrow and empty it; sequences go on', async () => {
  const other = await startSimulator();
  const read = async (query: string): Promise<any> =>
    (await fetch(`${other.url}/_simulator/journal${query}`)).json();
  for (let i = 0; i < 5; i++) await (await post(other.url, nativeRequest('openai'))).text();
  expect((await read('?since=2&limit=2')).entries.map((entry: any) => entry.sequence)).toEqual([3, 4]);
  expect((await fetch(`${other.url}/_simulator/journal`, { method: 'DELETE' })).status).toBe(204);
  expect(await read('')).toMatchObject({ last: 5, entries: [] });
  await (await post(other.url, nativeRequest('openai'))).text();
  expect((await read('?since=5')).entries).toMatchObject([{ sequence: 6 }]);
  await other.close();
});

test('a full journal drops the oldest and says how many', () => {
  const journal = new Journal(3);
  for (let i = 0; i < 5; i++) journal.open('openai', '/');
  expect(journal.entries().map((entry) => entry.sequence)).toEqual([3, 4, 5]);
  expect(journal.dropped).toBe(2);
  journal.clear();
  expect(journal.dropped).toBe(0);
  journal.open('openai', '/');
  expect(journal.entries()).toMatchObject([{ sequence: 6 }]);
});

test('the last request of an id can be read back, without its key', async () => {
  const request = nativeRequest('anthropic', { prompt: 'Hi [[sim:id=seen]]' });
  await (await post(simulator.url, request)).text();
  const seen = (await (await fetch(`${simulator.url}/_simulator/requests?id=seen`)).json()) as any;
  expect(seen).toMatchObject({
    id: 'seen',
    path: '/anthropic/v1/messages',
    body: JSON.stringify(request.body),
  });
  expect(seen.headers).toMatchObject({ 'x-api-key': '[hidden]', 'anthropic-version': '2023-06-01' });
  expect((await fetch(`${simulator.url}/_simulator/requests?id=never`)).status).toBe(404);
});
