import { once } from 'node:events';
import {
  type ClientDuplexStream,
  credentials,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import {
  type CompleteResponse,
  type CompletionOutcome,
  type ExchangeRequest,
  type ExchangeRequestFrame,
  type ExchangeResponse,
  ProviderServiceClient,
  ProviderServiceService,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { createLogger } from '@tokenroute/service-kit';
import { creditBytes, Exchange } from './exchange.js';
import type { Cancellation } from './cancellation.js';
import type { ProviderAdapter } from './provider-adapter.js';

const done: CompletionOutcome = {
  end: { $case: 'completed', value: { tail: Buffer.from('tail'), usageMembersAt: 0 } },
  upstreamRequestId: '',
  finishReason: 'stop',
};

const aborted = (cancellation: Cancellation) => new Promise<void>((resolve) => cancellation.onAbort(resolve));

/** A provider under the test's control: what it does is told by the request's public model. */
class ScriptedAdapter implements ProviderAdapter {
  readonly left: string[] = [];
  chunksSent = 0;

  async complete(
    ...[request, sink, caller]: Parameters<ProviderAdapter['complete']>
  ): Promise<CompletionOutcome> {
    switch (request.publicModel) {
      case 'talkative':
        sink.head({ upstreamModel: 'up', ignoredParams: [] });
        await sink.data(Buffer.from(`${request.requestId}-1`));
        await sink.data(Buffer.from(`${request.requestId}-2`));
        return done;
      case 'failing':
        throw new Fault('upstream', 'it failed', { retryAfterSeconds: 3 });
      case 'broken':
        throw new TypeError('secret detail');
      case 'patient':
        await aborted(caller.cancelled);
        if (caller.gone.aborted) this.left.push(request.requestId);
        return { end: { $case: 'cancelled', value: {} }, upstreamRequestId: '', finishReason: '' };
      case 'read on':
        // More than the credit: what nobody reads must not hold up the reading.
        await sink.data(Buffer.alloc(creditBytes));
        await aborted(caller.gone);
        this.left.push(request.requestId);
        return { end: { $case: 'cancelled', value: {} }, upstreamRequestId: '', finishReason: '' };
      default:
        for (let sent = 0; sent < 40; sent += 1) {
          this.chunksSent += 1;
          await sink.data(Buffer.alloc(creditBytes / 8));
        }
        return done;
    }
  }
}

describe('Exchange over gRPC', () => {
  const adapter = new ScriptedAdapter();
  const server = new Server();
  let client: ProviderServiceClient;
  let call: ClientDuplexStream<ExchangeRequest, ExchangeResponse>;
  let events: [number, NonNullable<CompleteResponse['event']>][];
  let notify: () => void = () => undefined;
  let exchange: Exchange;
  let askedToDrain: boolean;

  beforeAll(async () => {
    server.addService(ProviderServiceService, {
      complete: () => undefined,
      exchange: (duplex: ServerDuplexStream<ExchangeRequest, ExchangeResponse>) => {
        exchange = new Exchange(duplex, adapter, createLogger('test', 'fatal'));
        exchange.start();
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    client = new ProviderServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });

  beforeEach(() => {
    events = [];
    call = client.exchange();
    askedToDrain = false;
    call.on('data', ({ frames, draining }: ExchangeResponse) => {
      askedToDrain ||= draining;
      for (const { completion, event } of frames) events.push([completion, event!.event!]);
      notify();
    });
    call.on('error', () => undefined);
  });

  afterEach(() => call.cancel());

  afterAll(() => {
    client.close();
    server.forceShutdown();
  });

  function send(...frames: ExchangeRequestFrame[]): void {
    call.write({ frames });
  }

  function open(completion: number, publicModel: string): ExchangeRequestFrame {
    const value = {
      requestId: `r${completion}`,
      publicModel,
      upstreamModel: 'up',
      stream: true,
      body: Buffer.from('{}'),
      maxOutputTokens: 1,
      strictParams: false,
    };
    return { completion, frame: { $case: 'open', value } };
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (notify = resolve));
  }

  const outcomes = () => events.filter(([, event]) => event.$case === 'outcome');
  const bytesOf = (id: number) =>
    events.reduce(
      (sum, [from, event]) => sum + (from === id && event.$case === 'data' ? event.value.length : 0),
      0,
    );

  test('many completions share a stream, each in its own order and with exactly one outcome', async () => {
    send(...Array.from({ length: 20 }, (_, index) => open(index + 1, 'talkative')));
    await until(() => outcomes().length === 20);
    for (let id = 1; id <= 20; id += 1) {
      const own = events.filter(([from]) => from === id).map(([, event]) => event);
      expect(own.map((event) => event.$case)).toEqual(['head', 'data', 'data', 'outcome']);
      expect(own.flatMap((event) => (event.$case === 'data' ? [event.value.toString()] : []))).toEqual([
        `r${id}-1`,
        `r${id}-2`,
      ]);
    }
  });

  test('a failing provider is a fault outcome; what is not a fault keeps its text', async () => {
    send(open(1, 'failing'), open(2, 'broken'));
    await until(() => outcomes().length === 2);
    const faults = outcomes().map(([, event]) => (event.value as CompletionOutcome).end?.value);
    expect(faults).toContainEqual(
      expect.objectContaining({ code: 'upstream', publicMessage: 'it failed', retryAfterSeconds: 3 }),
    );
    expect(faults).toContainEqual(expect.objectContaining({ code: 'internal' }));
    expect(JSON.stringify(faults)).not.toContain('secret');
  });

  test('a cancelled completion ends as cancelled and its neighbours go on', async () => {
    send(open(1, 'patient'), open(2, 'talkative'));
    await until(() => outcomes().length === 1);
    send({ completion: 1, frame: { $case: 'cancel', value: {} } });
    await until(() => outcomes().length === 2);
    expect(events.at(-1)).toMatchObject([1, { value: { end: { $case: 'cancelled' } } }]);
  });

  test('without credit an adapter stops after 256 KiB; with credit it goes on to the end', async () => {
    adapter.chunksSent = 0;
    send(open(1, 'endless'));
    await until(() => bytesOf(1) === creditBytes);
    // Another whole completion passes meanwhile, and the stopped one has not moved.
    send(open(2, 'talkative'));
    await until(() => outcomes().length === 1);
    expect(adapter.chunksSent).toBe(8);
    send({ completion: 1, frame: { $case: 'credit', value: creditBytes * 5 } });
    await until(() => outcomes().length === 2);
    expect(bytesOf(1)).toBe(creditBytes * 5);
  });

  test('a caller that vanishes ends everything it had open, what was cancelled before included', async () => {
    send(open(77, 'patient'), open(78, 'read on'), open(1, 'talkative'));
    send({ completion: 78, frame: { $case: 'cancel', value: {} } });
    await until(() => outcomes().length === 1);
    call.cancel();
    while (adapter.left.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(adapter.left.toSorted()).toEqual(['r77', 'r78']);
  });

  test('a replica that is about to end says so, finishes what is open, also what is opened then, and ends with its caller', async () => {
    send(open(1, 'patient'));
    send(open(2, 'talkative'));
    await until(() => outcomes().length === 1);
    exchange.drain();
    await until(() => askedToDrain);
    send(open(3, 'talkative'), { completion: 1, frame: { $case: 'cancel', value: {} } });
    await until(() => outcomes().length === 3);
    const ended = once(call, 'end');
    call.end();
    await ended;
  });

  test('when its time is up, what is open ends with a fault and the stream with it', async () => {
    const ended = once(call, 'end');
    send(open(1, 'patient'), open(2, 'talkative'));
    await until(() => outcomes().length === 1);
    exchange.cut();
    await until(() => outcomes().length === 2);
    const [, last] = outcomes()[1]!;
    expect(last).toMatchObject({ value: { end: { $case: 'fault', value: { code: 'unavailable' } } } });
    await ended;
  });
});
