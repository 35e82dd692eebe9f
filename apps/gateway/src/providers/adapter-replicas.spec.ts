import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  type CompleteRequest,
  type CompletionOutcome,
  type ExchangeRequest,
  type ExchangeResponse,
  ProviderServiceService,
} from '@tokenroute/contracts';
import { createLogger } from '@tokenroute/service-kit';
import { AdapterReplicas } from './adapter-replicas.js';
import type { CompletionListener } from './exchange-client.js';

const outcome: CompletionOutcome = {
  end: { $case: 'completed', value: { tail: Buffer.alloc(0), usageMembersAt: 0 } },
  upstreamRequestId: '',
  finishReason: '',
};

const request: CompleteRequest = {
  requestId: 'r',
  publicModel: 'm',
  upstreamModel: 'm',
  stream: true,
  body: Buffer.from('{}'),
  maxOutputTokens: 1,
  strictParams: false,
};

/** A replica whose completions end when the test says so. */
class Replica {
  readonly server = new Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  readonly opened: number[] = [];
  private call: ServerDuplexStream<ExchangeRequest, ExchangeResponse> | undefined;
  port = 0;
  streamEnded = false;

  async listen(port = 0): Promise<void> {
    this.server.addService(ProviderServiceService, {
      complete: () => undefined,
      exchange: (call: ServerDuplexStream<ExchangeRequest, ExchangeResponse>) => {
        this.call = call;
        call.on('data', ({ frames }: ExchangeRequest) => {
          for (const { completion, frame } of frames) {
            if (frame?.$case === 'open') this.opened.push(completion);
          }
        });
        call.on('error', () => undefined);
        call.on('end', () => {
          this.streamEnded = true;
          call.end();
        });
      },
    });
    this.port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
  }

  finish(): void {
    if (this.opened.length === 0) return;
    const frames = this.opened
      .splice(0)
      .map((completion) => ({ completion, event: { event: { $case: 'outcome' as const, value: outcome } } }));
    this.call!.write({ frames, draining: false });
  }

  drain(): void {
    this.call!.write({ frames: [], draining: true });
  }
}

class Listener implements CompletionListener {
  ended = false;
  faults: unknown[] = [];

  event(event: Parameters<CompletionListener['event']>[0]): void {
    if (event.$case === 'outcome') this.ended = true;
  }

  lost(fault: unknown): void {
    this.faults.push(fault);
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the replicas of an adapter', () => {
  let replicas: Replica[];
  let adapter: AdapterReplicas;

  beforeEach(async () => {
    replicas = [new Replica(), new Replica()];
    for (const replica of replicas) await replica.listen();
    const addresses = replicas.map(({ port }) => `127.0.0.1:${port}`);
    adapter = new AdapterReplicas('openai', addresses, createLogger('test', 'fatal'), {});
  });

  afterEach(() => {
    adapter.close();
    for (const { server } of replicas) server.forceShutdown();
  });

  const openedAt = (index: number) => replicas[index]!.opened.length;
  const total = () => openedAt(0) + openedAt(1);

  /** Opens completions until the replicas have one each: both are connected then. */
  async function connectBoth(): Promise<void> {
    for (let inTurn = false; !inTurn;) {
      for (const _ of replicas) await adapter.open(request, new Listener());
      await until(() => total() === replicas.length);
      inTurn = openedAt(0) === openedAt(1);
      for (const replica of replicas) replica.finish();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('get completions in turn', async () => {
    await connectBoth();
    for (let count = 0; count < 10; count += 1) await adapter.open(request, new Listener());
    await until(() => total() === 10);
    expect([openedAt(0), openedAt(1)]).toEqual([5, 5]);
  });

  test('large requests at the same moment all arrive, though together they are more than a message can hold', async () => {
    await connectBoth();
    const large = { ...request, body: Buffer.alloc(20 * 1024 * 1024) };
    const listeners = Array.from({ length: 8 }, () => new Listener());
    await Promise.all(listeners.map((listener) => adapter.open(large, listener)));
    await until(() => total() === 8 || listeners.some(({ faults }) => faults.length > 0));
    expect([openedAt(0), openedAt(1)]).toEqual([4, 4]);
  });

  test('an event that one completion cannot take ends that one alone', async () => {
    await connectBoth();
    const broken = new Listener();
    broken.event = () => {
      throw new TypeError('secret detail');
    };
    const other = new Listener();
    for (const listener of [broken, other]) await adapter.open(request, listener);
    await until(() => total() === 2);
    for (const replica of replicas) replica.finish();
    await until(() => other.ended && broken.faults.length > 0);
    expect(broken.faults).toEqual([expect.objectContaining({ code: 'internal' })]);
    expect(other.faults).toEqual([]);
  });

  test('one that is about to end gets no more, finishes what it has, and sees its stream end', async () => {
    await connectBoth();
    const listeners = Array.from({ length: 4 }, () => new Listener());
    for (const listener of listeners) await adapter.open(request, listener);
    await until(() => total() === 4);
    replicas[0]!.drain();
    // Frames of one stream keep their order: what comes after the request to drain is seen after it.
    const late: Listener[] = [];
    for (let before = openedAt(0), same = 0; same < 3;) {
      late.push(new Listener());
      await adapter.open(request, late.at(-1)!);
      await until(() => total() === 4 + late.length);
      same = openedAt(0) === before ? same + 1 : 0;
      before = openedAt(0);
    }
    expect(replicas[0]!.streamEnded).toBe(false);
    for (const replica of replicas) replica.finish();
    await until(() => [...listeners, ...late].every(({ ended }) => ended));
    await until(() => replicas[0]!.streamEnded);
    expect([...listeners, ...late].flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('when one is gone the others get everything, and it is found again when it is back', async () => {
    await connectBoth();
    const { port } = replicas[0]!;
    replicas[0]!.server.forceShutdown();
    const listeners: Listener[] = [];
    // What was sent to it before the loss is noticed is lost; afterwards nothing is.
    for (let arrived = 0; arrived < 5;) {
      const before = openedAt(1);
      const listener = new Listener();
      listeners.push(listener);
      await adapter.open(request, listener);
      await until(() => openedAt(1) > before || listener.faults.length > 0);
      arrived = listener.faults.length > 0 ? 0 : arrived + 1;
    }
    replicas[0] = new Replica();
    await replicas[0].listen(port);
    while (openedAt(0) === 0) {
      await adapter.open(request, new Listener());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  test('a name has as many replicas as addresses', async () => {
    const named = new AdapterReplicas(
      'openai',
      [`localhost:${replicas[0]!.port}`],
      createLogger('test', 'fatal'),
      {},
    );
    await named.open(request, new Listener());
    await until(() => openedAt(0) === 1);
    named.close();
  });

  test('without any it is told that the service is not available', async () => {
    const nowhere = new AdapterReplicas('openai', ['127.0.0.1:1'], createLogger('test', 'fatal'), {});
    await expect(nowhere.open(request, new Listener())).rejects.toMatchObject({ code: 'unavailable' });
    nowhere.close();
  });
});
