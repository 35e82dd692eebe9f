import type { LoadOrder, LoadResult, Served, UpstreamOrder } from './orders.js';
import { answersServed } from './expected-charges.js';
import { chatRequests } from './http-requests.js';
import { eventsOfStream } from './upstream-answers.js';
import { WorkerProcess } from './worker-process.js';

// The compiled workers are what runs, here as in the benchmark.
const dist = new URL('../dist/', import.meta.url);
const workers: WorkerProcess[] = [];

function start(name: string, ...args: string[]): WorkerProcess {
  const worker = WorkerProcess.start(name, args, dist);
  workers.push(worker);
  return worker;
}

const upstream = start('static-upstream');
const generator = start('load-generator');
let ports: Record<'upstream' | 'proxy', number>;

beforeAll(async () => {
  const port = await upstream.ask<number>({ kind: 'port' });
  const proxy = start('pass-through-proxy', `http://127.0.0.1:${port}`);
  ports = { upstream: port, proxy: await proxy.ask<number>({ kind: 'port' }) };
});

afterAll(() => Promise.all(workers.map((worker) => worker.stop())));

const takeServed = () => upstream.ask<Served>({ kind: 'take-served' } satisfies UpstreamOrder);
const load = (order: LoadOrder) => generator.ask<LoadResult>(order);
const destination = (target: 'upstream' | 'proxy', stream: boolean) => ({
  ports: [ports[target]],
  requests: chatRequests(['a', 'b'], stream),
});

describe.each(['upstream', 'proxy'] as const)('%s', (target) => {
  test('every answer of a closed loop is complete and was served once', async () => {
    const order = {
      ...destination(target, false),
      kind: 'closed-loop',
      connections: 4,
      durationMs: 200,
    } as const;
    const result = await load(order);
    expect(result.failures).toEqual({});
    expect(result.answers).toBeGreaterThan(0);
    expect(answersServed(await takeServed())).toBe(result.answers);
  });

  test('an open loop sends what is due, however long it takes', async () => {
    const order = {
      ...destination(target, false),
      kind: 'open-loop',
      phases: [
        { ratePerSecond: 100, durationMs: 300 },
        { ratePerSecond: 200, durationMs: 100 },
      ],
    } satisfies LoadOrder;
    expect(await generator.ask<LoadResult[]>(order)).toMatchObject([
      { answers: 30, failures: {}, latenessMs: { count: 30 }, bySecond: [{ answers: 30, failed: 0 }] },
      { answers: 20, failures: {}, latenessMs: { count: 20 } },
    ]);
    expect(answersServed(await takeServed())).toBe(50);
  });

  test('streams arrive with all their events', async () => {
    await upstream.ask({ kind: 'script', script: { chunks: 20, intervalMs: 0 } } satisfies UpstreamOrder);
    const events = eventsOfStream(20);
    const result = await load({
      ...destination(target, true),
      ...{ kind: 'stream-loop', connections: 3, durationMs: 200, events },
    });
    expect(result.failures).toEqual({});
    expect(result.events).toBe(result.answers * events);
    expect((await takeServed()).streams).toEqual({ 20: result.answers });
  });

  test('a stream with too few events is a failure', async () => {
    await upstream.ask({ kind: 'script', script: { chunks: 2, intervalMs: 0 } } satisfies UpstreamOrder);
    const result = await load({
      ...destination(target, true),
      ...{ kind: 'stream-loop', connections: 1, durationMs: 1, events: 99 },
    });
    expect(result).toMatchObject({ answers: 0, failures: { '5 events': expect.any(Number) } });
    await takeServed();
  });

  test('streams that a client drops end at the upstream', async () => {
    await upstream.ask({ kind: 'script', script: { chunks: 1_000, intervalMs: 50 } } satisfies UpstreamOrder);
    await load({ ...destination(target, true), kind: 'open-streams', streams: 5 });
    await load({ kind: 'drop-streams' });
    let aborted = 0;
    while (aborted < 5) aborted += (await takeServed()).aborted;
    expect(aborted).toBe(5);
  });
});

test('a worker that dies fails what it was asked', async () => {
  const worker = start('load-generator');
  const asked = worker.ask({ kind: 'drop-streams' });
  await asked;
  const unanswered = worker.ask({
    ...destination('upstream', false),
    kind: 'closed-loop',
    connections: 1,
    durationMs: 60_000,
  });
  void worker.stop();
  await expect(unanswered).rejects.toThrow('load-generator ended');
});
