import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CompleteRequest, CompletionOutcome, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { Cancellation } from './cancellation.js';
import { HttpAdapter } from './http-adapter.js';
import { KeyRing } from './key-ring.js';
import type { Caller, CompletionSink } from './provider-adapter.js';
import type { ProviderDialect, StreamTranslation } from './provider-dialect.js';
import { UpstreamHttp } from './upstream-http.js';

/** A stream of plain words, complete at the word "end". */
class Words implements StreamTranslation {
  generatedBytes = 0;
  private ended = false;

  push({ data }: { data: string }): string {
    if (data === 'bad') throw new Fault('upstream', 'bad word');
    if (data === 'end') this.ended = true;
    this.generatedBytes += data.length;
    return `data: ${data}\n\n`;
  }

  end() {
    if (!this.ended) throw new Fault('upstream', 'broke off');
    return { completed: { tail: Buffer.alloc(0), usageMembersAt: 0 }, usage: null, finishReason: 'stop' };
  }
}

const dialect: ProviderDialect = {
  providerName: 'Provider',
  telemetryName: 'provider',
  parameters: 'sent-as-they-are',
  cancelStopsMeter: true,
  authorize: (key) => ({ authorization: key }),
  toRequest: () => ({ path: '/chat', headers: {}, body: '{}', ignoredParams: ['seed'] }),
  fromResponse: (body) => ({
    completed: { tail: Buffer.from(body), usageMembersAt: 0 },
    usage: null,
    finishReason: 'stop',
  }),
  openStream: () => new Words(),
  fromError: (status) => new Fault(status === 400 ? 'invalid-request' : 'upstream', `status ${status}`),
};

class Sink implements CompletionSink {
  heads = 0;
  text = '';
  ignoredParams: string[] = [];

  head(head: { ignoredParams: string[] }): void {
    this.heads += 1;
    this.ignoredParams = head.ignoredParams;
  }

  data(bytes: Buffer): undefined {
    this.text += bytes.toString();
  }
}

const runningOn: ProviderDialect = { ...dialect, cancelStopsMeter: false };

const clock = { nowMs: 0 };
const ring = (...keys: string[]) =>
  new KeyRing(
    keys.map((key) => ({ key, weight: 1 })),
    { authorize: dialect.authorize, now: () => clock.nowMs },
  );

/** A caller that stays, cancels or leaves when the test says so. */
class TestCaller implements Caller {
  readonly cancelled = new Cancellation();
  readonly gone = new Cancellation();

  cancel(): void {
    this.cancelled.abort();
  }

  leave(): void {
    this.gone.abort();
    this.cancel();
  }
}

const limits = {
  firstByteTimeoutMs: 5_000,
  readAfterCancelMs: 5_000,
  maxInFlight: 10,
  maxStreamBytes: 1_000_000,
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe('HttpAdapter', () => {
  let server: Server;
  let http: UpstreamHttp;
  let handlers: Handler[];
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    handlers = [];
    server = createServer((request, response) => {
      const handler = handlers[Math.min(requests, handlers.length - 1)]!;
      requests += 1;
      request.resume();
      request.on('end', () => handler(request, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    http = new UpstreamHttp({
      providerName: 'Provider',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      connectTimeoutMs: 1_000,
      firstByteTimeoutMs: 5_000,
      idleTimeoutMs: 300,
      totalTimeoutMs: 5_000,
      maxConnections: 10,
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await http.close();
  });

  function run(
    options: {
      dialect?: ProviderDialect;
      keys?: KeyRing;
      stream?: boolean;
      firstByteTimeoutMs?: number;
      readAfterCancelMs?: number;
      caller?: Caller;
      sink?: CompletionSink;
    } = {},
  ): Promise<CompletionOutcome> {
    const request = {
      requestId: 'r',
      stream: options.stream ?? false,
      body: Buffer.from('0123456789'),
    } as CompleteRequest;
    const adapter = new HttpAdapter(options.dialect ?? dialect, http, options.keys ?? ring('key'), {
      ...limits,
      firstByteTimeoutMs: options.firstByteTimeoutMs ?? 5_000,
      readAfterCancelMs: options.readAfterCancelMs ?? 5_000,
    });
    return adapter.complete(request, options.sink ?? new Sink(), options.caller ?? new TestCaller());
  }

  const answer: Handler = (_request, response) =>
    void response.end(JSON.stringify({ choices: [{ message: { content: 'an answer' } }] }));
  const status =
    (code: number, headers: Record<string, string> = {}): Handler =>
    (_request, response) =>
      void response.writeHead(code, headers).end('{}');
  const stream =
    (...pieces: string[]): Handler =>
    (_request, response) => {
      for (const piece of pieces) response.write(piece);
      response.end();
    };

  test('a plain answer comes whole, with the parameters that were left out; a usage nobody told is estimated', async () => {
    handlers = [answer];
    const sink = new Sink();
    const outcome = await run({ sink });
    expect(outcome).toMatchObject({
      end: { $case: 'completed' },
      usage: { estimated: true, inputTokens: 3, outputTokens: 3 },
    });
    expect(sink).toMatchObject({ heads: 1, ignoredParams: ['seed'] });
  });

  test.each([408, 409, 429, 500, 503, 529])('a %d is tried once more', async (code) => {
    handlers = [status(code), answer];
    expect((await run()).end?.$case).toBe('completed');
    expect(requests).toBe(2);
  });

  test('a connection that breaks before the answer is tried once more', async () => {
    handlers = [(request) => request.socket.destroy(), answer];
    expect((await run()).end?.$case).toBe('completed');
    expect(requests).toBe(2);
  });

  test('a request that cannot be translated is no failure of the provider, who is not asked', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const refused = {
      ...dialect,
      toRequest: () => ({
        path: '/',
        headers: {},
        body: JSON.stringify(JSON.parse(deep)),
        ignoredParams: [],
      }),
    };
    await expect(run({ dialect: refused })).rejects.toMatchObject({ code: 'invalid-request' });
    const broken = { ...dialect, toRequest: () => JSON.parse('secret detail') as never };
    const failed = { code: 'internal', publicMessage: 'The server had an internal error.' };
    await expect(run({ dialect: broken })).rejects.toMatchObject(failed);
    expect(requests).toBe(0);
  });

  test('it is not tried a third time', async () => {
    handlers = [status(500), status(502), answer];
    await expect(run()).rejects.toMatchObject({ code: 'upstream', publicMessage: 'status 502' });
    expect(requests).toBe(2);
  });

  test('the caller’s own mistake is not tried again', async () => {
    handlers = [status(400), answer];
    await expect(run()).rejects.toMatchObject({ code: 'invalid-request' });
    expect(requests).toBe(1);
  });

  test('a provider that wants to be left alone for long is, and the client is told for how long', async () => {
    handlers = [status(429, { 'retry-after': '30' }), answer];
    await expect(run()).rejects.toMatchObject({ code: 'upstream', retryAfterSeconds: 30 });
    expect(requests).toBe(1);
  });

  test('a stream passes on, each frame as it comes', async () => {
    handlers = [stream('data: a\n\nda', 'ta: end\n\n')];
    const sink = new Sink();
    expect((await run({ stream: true, sink })).end?.$case).toBe('completed');
    expect(sink).toMatchObject({ heads: 1, text: 'data: a\n\ndata: end\n\n' });
  });

  test('a stream that breaks off is not tried again, and what came has been passed on', async () => {
    handlers = [stream('data: a\n\n')];
    const sink = new Sink();
    await expect(run({ stream: true, sink })).rejects.toMatchObject({ publicMessage: 'broke off' });
    expect(sink.text).toBe('data: a\n\n');
    expect(requests).toBe(1);
  });

  test('an error as the first event leaves the answer unbegun', async () => {
    handlers = [stream('data: bad\n\n')];
    const sink = new Sink();
    await expect(run({ stream: true, sink })).rejects.toMatchObject({ publicMessage: 'bad word' });
    expect(sink.heads).toBe(0);
  });

  test('keep-alive comments are no first byte (rule 50)', async () => {
    handlers = [
      (_request, response) => {
        const timer = setInterval(() => response.write(': keep-alive\n\n'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ];
    await expect(run({ stream: true, firstByteTimeoutMs: 150 })).rejects.toMatchObject({
      publicMessage: 'Provider did not begin to answer in time.',
    });
  });

  test('silence in the middle of a stream is a failed provider', async () => {
    handlers = [(_request, response) => void response.write('data: a\n\n')];
    await expect(run({ stream: true })).rejects.toMatchObject({
      publicMessage: 'Provider stopped in the middle of its answer.',
    });
  });

  test('a cancellation reaches the provider, and what was generated is estimated', async () => {
    const gone = new Promise<void>((resolve) => {
      handlers = [
        (_request, response) => {
          response.write('data: a-word\n\n');
          response.on('close', resolve);
        },
      ];
    });
    const caller = new TestCaller();
    const sink = new Sink();
    const outcome = run({ stream: true, caller, sink });
    while (sink.text === '') await new Promise((resolve) => setImmediate(resolve));
    caller.cancel();
    await gone;
    expect(await outcome).toMatchObject({
      end: { $case: 'cancelled' },
      usage: { estimated: true, inputTokens: 3, outputTokens: 2 },
    });
  });

  test('cancelled before anything came, nothing was used', async () => {
    const caller = new TestCaller();
    handlers = [() => caller.cancel()];
    expect(await run({ caller })).toMatchObject({ end: { $case: 'cancelled' }, usage: undefined });
  });

  describe('where cancelling does not stop the meter', () => {
    /** Words that come one by one as the test lets them; `gone` resolves when the adapter closes the connection. */
    function tap() {
      let response: ServerResponse | undefined;
      let gone!: () => void;
      const closed = new Promise<void>((resolve) => (gone = resolve));
      handlers = [
        (_request, opened) => {
          response = opened;
          opened.on('close', gone);
          opened.flushHeaders();
        },
      ];
      return {
        closed,
        opened: async () => {
          while (!response) await new Promise((resolve) => setImmediate(resolve));
        },
        say: (...words: string[]) => words.forEach((word) => response!.write(`data: ${word}\n\n`)),
        end: () => response!.end(),
      };
    }

    const until = async (condition: () => boolean) => {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    };

    const usage = { inputTokens: 7, outputTokens: 8, estimated: false } as Usage;
    const telling: ProviderDialect = {
      ...runningOn,
      fromResponse: (...answer) => ({ ...dialect.fromResponse(...answer), usage }),
      openStream: () => {
        const words = new Words();
        const end = words.end.bind(words);
        return Object.assign(words, { end: () => ({ ...end(), usage }) });
      },
    };

    test('a cancelled stream is read to its end, passes on nothing and tells its usage', async () => {
      const provider = tap();
      const caller = new TestCaller();
      const sink = new Sink();
      const outcome = run({ dialect: telling, stream: true, caller, sink });
      await provider.opened();
      provider.say('a');
      await until(() => sink.text !== '');
      caller.cancel();
      provider.say('b', 'end');
      provider.end();
      expect(await outcome).toMatchObject({ end: { $case: 'cancelled' }, usage });
      expect(sink.text).toBe('data: a\n\n');
    });

    test('what was waiting for the caller to read goes on when it cancels', async () => {
      const provider = tap();
      const caller = new TestCaller();
      let full = false;
      const stalled: CompletionSink = {
        head: () => undefined,
        data: () => {
          full = true;
          return new Promise((resolve) => caller.cancelled.onAbort(resolve));
        },
      };
      const outcome = run({ dialect: telling, stream: true, caller, sink: stalled });
      await provider.opened();
      provider.say('a');
      await until(() => full);
      caller.cancel();
      provider.say('end');
      provider.end();
      expect(await outcome).toMatchObject({ end: { $case: 'cancelled' }, usage });
    });

    test('a cancelled plain request is read to its end and tells its usage', async () => {
      const caller = new TestCaller();
      handlers = [
        (request, response) => {
          caller.cancel();
          answer(request, response);
        },
      ];
      const sink = new Sink();
      expect(await run({ dialect: telling, caller, sink })).toMatchObject({
        end: { $case: 'cancelled' },
        usage,
      });
      expect(sink.heads).toBe(0);
    });

    test('an answer that told no usage is estimated from all of it', async () => {
      const provider = tap();
      const caller = new TestCaller();
      const outcome = run({ dialect: runningOn, stream: true, caller });
      await provider.opened();
      caller.cancel();
      provider.say('a-word', 'end');
      provider.end();
      expect(await outcome).toMatchObject({
        end: { $case: 'cancelled' },
        usage: { estimated: true, outputTokens: 3 },
      });
    });

    test('when the time is over the provider is told to stop, and what came until then is estimated', async () => {
      const provider = tap();
      const caller = new TestCaller();
      const sink = new Sink();
      const outcome = run({ dialect: runningOn, stream: true, caller, sink, readAfterCancelMs: 50 });
      await provider.opened();
      provider.say('a-word');
      await until(() => sink.text !== '');
      caller.cancel();
      await provider.closed;
      expect(await outcome).toMatchObject({
        end: { $case: 'cancelled' },
        usage: { estimated: true, inputTokens: 3, outputTokens: 2 },
      });
    });

    test('a provider that fails after the cancellation is a fault: nobody pays', async () => {
      const provider = tap();
      const caller = new TestCaller();
      const outcome = run({ dialect: runningOn, stream: true, caller });
      await provider.opened();
      caller.cancel();
      provider.say('a');
      provider.end();
      await expect(outcome).rejects.toMatchObject({ code: 'upstream', publicMessage: 'broke off' });
    });

    test('a request that failed is not sent again once it was cancelled', async () => {
      const caller = new TestCaller();
      handlers = [
        (request, response) => {
          caller.cancel();
          status(500)(request, response);
        },
        answer,
      ];
      await expect(run({ dialect: runningOn, caller })).rejects.toMatchObject({ code: 'upstream' });
      expect(requests).toBe(1);
    });

    test('what was cancelled before the provider was asked is not asked', async () => {
      const caller = new TestCaller();
      const slow: ProviderDialect = {
        ...runningOn,
        toRequest: (_request, ends) =>
          new Promise((_resolve, reject) => {
            ends.onAbort(() => reject(ends.reason as Error));
            caller.cancel();
          }),
      };
      expect(await run({ dialect: slow, caller })).toMatchObject({
        end: { $case: 'cancelled' },
        usage: undefined,
      });
      expect(requests).toBe(0);
    });

    test('a caller that is gone ends it at once: nobody could be told what it cost', async () => {
      const provider = tap();
      const caller = new TestCaller();
      const outcome = run({ dialect: runningOn, stream: true, caller });
      await provider.opened();
      caller.cancel();
      caller.leave();
      await provider.closed;
      expect((await outcome).end?.$case).toBe('cancelled');
    });
  });

  test('more completions than allowed at once are refused before the provider hears of them', async () => {
    const adapter = new HttpAdapter(dialect, http, ring('key'), { ...limits, maxInFlight: 1 });
    const caller = new TestCaller();
    handlers = [() => undefined];
    const request = { stream: false, body: Buffer.alloc(0) } as unknown as CompleteRequest;
    const first = adapter.complete(request, new Sink(), caller);
    await expect(adapter.complete(request, new Sink(), caller)).rejects.toMatchObject({
      code: 'unavailable',
    });
    caller.cancel();
    await first;
    handlers = [answer];
    expect((await adapter.complete(request, new Sink(), new TestCaller())).end?.$case).toBe('completed');
  });

  test('a provider that keeps failing is left alone for a moment', async () => {
    handlers = [status(400), status(500)];
    const adapter = new HttpAdapter(dialect, http, ring('key'), { ...limits, maxInFlight: 1_000 });
    const request = { stream: false, body: Buffer.alloc(0) } as unknown as CompleteRequest;
    const ask = () => adapter.complete(request, new Sink(), new TestCaller()).catch((fault: Fault) => fault);
    await Promise.all(Array.from({ length: 60 }, ask));
    const sent = requests;
    expect(await ask()).toMatchObject({ code: 'upstream', retryAfterSeconds: 5 });
    expect(requests).toBe(sent);
  });
});
