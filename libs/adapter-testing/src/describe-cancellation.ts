import {
  Cancellation,
  HttpAdapter,
  KeyRing,
  type ProviderDialect,
  SseDecoder,
} from '@tokenroute/adapter-kit';
import type { CompletionOutcome } from '@tokenroute/contracts';
import { HeldProvider } from './held-provider.js';
import type { Scenario } from './scenario.js';
import { type Mode, toAnswerCall, toCall } from './translation.js';

/** What is charged when the client goes away, as the provider's meter wants it. */
export function describeCancellation(dialect: ProviderDialect, scenario: Scenario): void {
  test('it says whether cancelling stops the meter', () => {
    expect(typeof dialect.cancelStopsMeter).toBe('boolean');
  });

  const leaver = new Leaver(dialect, scenario);
  if (dialect.cancelStopsMeter) describeGivingUp(leaver);
  else describeReadingOn(leaver, scenario);
}

function describeGivingUp(leaver: Leaver): void {
  test('a cancelled plain request is given up and free', async () => {
    const { outcome, wasLeft } = await leaver.leavePlain();
    expect(wasLeft).toBe(true);
    expect(outcome).toMatchObject({ end: { $case: 'cancelled' }, usage: undefined });
  });

  test('a cancelled stream is given up at once, and what was generated is estimated', async () => {
    const { outcome, wasLeft } = await leaver.leaveStream();
    expect(wasLeft).toBe(true);
    expectEstimate(outcome);
  });
}

function describeReadingOn(leaver: Leaver, { expected: { usage } }: Scenario): void {
  test('a cancelled plain request is read to its end and charged', async () => {
    const { outcome, wasLeft } = await leaver.leavePlain();
    expect(wasLeft).toBe(false);
    expect(outcome).toMatchObject({ end: { $case: 'cancelled' }, usage });
  });

  test('a cancelled stream is read to its end in silence, and charged as if nobody had left', async () => {
    const { outcome, wasLeft, passedOn } = await leaver.leaveStream();
    expect(wasLeft).toBe(false);
    expect(passedOn).toBe(0);
    expect(outcome).toMatchObject({ end: { $case: 'cancelled' }, usage });
  });

  test('a cancelled stream that takes too long is given up, and what was generated is estimated', async () => {
    const { outcome, wasLeft } = await leaver.leaveEndlessStream();
    expect(wasLeft).toBe(true);
    expectEstimate(outcome);
  });
}

interface Departure {
  outcome: CompletionOutcome;
  /** The connection to the provider was closed before its answer was complete. */
  wasLeft: boolean;
  /** Pieces of the answer that were passed on to a client that had gone. */
  passedOn: number;
}

/** A client that goes away in the middle of a scenario's answer. */
class Leaver {
  constructor(
    private readonly dialect: ProviderDialect,
    private readonly scenario: Scenario,
  ) {}

  leavePlain(): Promise<Departure> {
    return this.leave('plain', '', this.scenario.response);
  }

  leaveStream(): Promise<Departure> {
    const { stream } = this.scenario;
    const at = this.lengthUntilText();
    return this.leave('stream', stream.slice(0, at), stream.slice(at));
  }

  leaveEndlessStream(): Promise<Departure> {
    return this.leave('stream', this.scenario.stream.slice(0, this.lengthUntilText()), null);
  }

  /** @param after the rest, as far as anybody still reads; null: it never comes */
  private async leave(mode: Mode, before: string, after: string | null): Promise<Departure> {
    const provider = new HeldProvider();
    const authorize = (key: string) => this.dialect.authorize(key);
    const keys = new KeyRing([{ key: 'key', weight: 1 }], { authorize, now: () => 0 });
    const adapter = new HttpAdapter(this.dialect, provider, keys, {
      firstByteTimeoutMs: 60_000,
      maxInFlight: 1,
      maxStreamBytes: 1_000_000,
      readAfterCancelMs: after === null ? 0 : 60_000,
    });
    const cancelled = new Cancellation();
    let passedOn = 0;
    const sink = { head: () => undefined, data: () => void (passedOn += cancelled.aborted ? 1 : 0) };
    const caller = { cancelled, gone: new Cancellation() };
    const outcome = adapter.complete(toCall(this.scenario.request, mode), sink, caller);
    await provider.send(before);
    cancelled.abort();
    if (after !== null) await provider.finish(after);
    return { outcome: await outcome, wasLeft: provider.wasLeft, passedOn };
  }

  /** How much of the stream has to come until something of the answer has. */
  private lengthUntilText(): number {
    const { stream: sse, request } = this.scenario;
    const decoder = new SseDecoder();
    const stream = this.dialect.openStream(toAnswerCall(request, 'stream'));
    let at = 0;
    while (stream.generatedBytes === 0 && at < sse.length) {
      for (const event of decoder.push(Buffer.from(sse[at]!))) stream.push(event);
      at += 1;
    }
    return at;
  }
}

function expectEstimate({ end, usage }: CompletionOutcome): void {
  expect(end?.$case).toBe('cancelled');
  expect(usage).toMatchObject({ estimated: true });
  expect(usage!.inputTokens).toBeGreaterThan(0);
  expect(usage!.outputTokens).toBeGreaterThan(0);
}
