import type { Completed, CompleteRequest, CompletionOutcome, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { Cancellation } from './cancellation.js';
import type { CompletionMetrics, CompletionTimes } from './completion-metrics.js';
import { beginCompletionSpans } from './completion-spans.js';
import { estimateUsage, generatedBytesOf } from './estimate-usage.js';
import type { KeyRing, ProviderKey } from './key-ring.js';
import { keyVerdict } from './key-verdict.js';
import type { Caller, CompletionSink } from './provider-adapter.js';
import type { ProviderCircuit } from './provider-circuit.js';
import type { AnswerEnd, ProviderDialect, StreamTranslation, UpstreamRequest } from './provider-dialect.js';
import { pause, retryDelayMs, retryableStatus } from './retry.js';
import { SseDecoder, type SseEvent } from './sse-decoder.js';
import { maxTextBytes, tooMuchFault, type UpstreamResponse } from './upstream-call.js';
import type { UpstreamHttp } from './upstream-http.js';

export interface CompletionOptions {
  /** From the request sent to the first byte that means something: keep-alives do not count. */
  firstByteTimeoutMs: number;
  /** How long a cancelled answer is read on where cancelling does not stop the provider's meter. */
  readAfterCancelMs: number;
  /** Of one streamed answer: a provider that never ends is left. */
  maxStreamBytes: number;
}

/** What an error says is read by people. */
const maxErrorBytes = 1024 * 1024;
/** Longer ones are no reasons, and would travel with the charge. */
const maxFinishReasonLength = 100;

export type ProviderHttp = Pick<UpstreamHttp, 'post' | 'toFault'>;

type Attempt =
  | { kind: 'answered'; response: UpstreamResponse }
  | { kind: 'failed'; fault: Fault; retryable: boolean; keyIsOut: boolean };

/** What the completions of an adapter share. */
export interface CompletionParts {
  dialect: ProviderDialect;
  http: ProviderHttp;
  keys: KeyRing;
  circuit: ProviderCircuit;
  metrics: CompletionMetrics;
  options: CompletionOptions;
}

/** One completion with the provider. */
export class Completion {
  private readonly dialect: ProviderDialect;
  private readonly http: ProviderHttp;
  private readonly keys: KeyRing;
  private readonly circuit: ProviderCircuit;
  private readonly times: CompletionTimes;
  /** Whatever ends it early: it is late, or given up. */
  private readonly ends = new Cancellation();
  /** The caller wants no more, and there is no reason left to read on. */
  private givenUp = false;
  private readonly firstByteTimer: NodeJS.Timeout;
  private readonly options: CompletionOptions;
  private readOnTimer: NodeJS.Timeout | undefined;
  /** The provider has a request of ours that has not failed. */
  private asked = false;
  private over = false;
  private stream: StreamTranslation | null = null;
  private begun = false;

  constructor(
    { dialect, http, keys, circuit, metrics, options }: CompletionParts,
    private readonly request: CompleteRequest,
    private readonly sink: CompletionSink,
    private readonly caller: Caller,
  ) {
    this.dialect = dialect;
    this.http = http;
    this.keys = keys;
    this.circuit = circuit;
    this.times = metrics.begin(request);
    this.options = options;
    this.firstByteTimer = setTimeout(() => {
      this.ends.abort(new Fault('upstream', `${dialect.providerName} did not begin to answer in time.`));
    }, options.firstByteTimeoutMs);
    this.follow(caller);
  }

  private follow({ cancelled, gone }: Caller): void {
    cancelled.onAbort(() => {
      if (this.over) return;
      if (this.dialect.cancelStopsMeter || !this.asked) this.giveUp();
      else this.readOnTimer = setTimeout(() => this.giveUp(), this.options.readAfterCancelMs);
    });
    gone.onAbort(() => this.giveUp());
  }

  private giveUp(): void {
    if (this.ends.aborted) return;
    this.givenUp = true;
    this.ends.abort();
  }

  async run(): Promise<CompletionOutcome> {
    const spans = beginCompletionSpans(this.dialect.telemetryName, this.request);
    try {
      const outcome = await this.converse();
      this.times.ended(outcome);
      spans?.ended(outcome);
      return outcome;
    } catch (error) {
      this.times.failed(error);
      spans?.failed(error);
      throw error;
    }
  }

  private async converse(): Promise<CompletionOutcome> {
    try {
      const upstream = await this.translate();
      const response = await this.send(upstream);
      const end = this.request.stream
        ? await this.relay(response, upstream.ignoredParams)
        : await this.answer(response, upstream.ignoredParams);
      return this.ended(end, response);
    } catch (error) {
      if (this.givenUp) return this.brokenOff();
      throw this.ends.aborted ? this.ends.reason : this.http.toFault(error, this.ends);
    } finally {
      this.over = true;
      clearTimeout(this.firstByteTimer);
      clearTimeout(this.readOnTimer);
    }
  }

  /** What is no Fault here is no failure of the provider, who has not been asked. */
  private async translate(): Promise<UpstreamRequest> {
    try {
      return await this.dialect.toRequest(this.request, this.ends);
    } catch (error) {
      if (error instanceof Fault || this.ends.aborted) throw error;
      // Out of stack: JSON in a string (the arguments of a call) that was nested without end, and parsed.
      const deep = error instanceof RangeError;
      if (deep) throw new Fault('invalid-request', 'The request is nested too deeply.', { cause: error });
      throw new Fault('internal', 'The server had an internal error.', { cause: error });
    }
  }

  /**
   * Sends, once more when the first try failed in a way that may pass: at once with another key where it failed for its own.
   * Nothing has reached the client yet.
   */
  private async send(upstream: UpstreamRequest): Promise<UpstreamResponse> {
    const first = await this.attempt(upstream, this.keys.choose());
    if (first.kind === 'answered') return first.response;
    const cancelled = this.caller.cancelled.aborted;
    const another = first.keyIsOut && !cancelled ? this.keys.chooseRested() : null;
    if (!another) {
      const delayMs = first.retryable ? retryDelayMs(first.fault.retryAfterSeconds) : null;
      if (delayMs === null || cancelled) throw first.fault;
      await pause(delayMs, this.ends);
    }
    const second = await this.attempt(upstream, another ?? this.keys.choose());
    if (second.kind === 'answered') return second.response;
    throw second.fault;
  }

  private async attempt(upstream: UpstreamRequest, key: ProviderKey): Promise<Attempt> {
    const { path, headers, body } = upstream;
    let response: UpstreamResponse;
    this.asked = true;
    try {
      response = await this.circuit.send(
        () => {
          key.requests += 1;
          return this.http.post(path, headers, key.headers, body, this.ends);
        },
        () => this.givenUp,
      );
    } catch (error) {
      this.asked = false;
      if (this.ends.aborted || !(error instanceof Fault)) throw error;
      return { kind: 'failed', fault: error, retryable: true, keyIsOut: false };
    }
    if (response.status === 200) {
      this.keys.accepted(key);
      return { kind: 'answered', response };
    }
    this.asked = false;
    const fault = withRetryAfter(
      this.dialect.fromError(response.status, await response.text(maxErrorBytes)),
      response,
    );
    const verdict = keyVerdict(response.status, fault);
    if (verdict === 'refused') this.keys.refused(key, fault.internal);
    if (verdict === 'limited') this.keys.limited(key, fault.retryAfterSeconds);
    return {
      kind: 'failed',
      fault,
      retryable: retryableStatus(response.status),
      keyIsOut: verdict !== null,
    };
  }

  private async answer(response: UpstreamResponse, ignoredParams: string[]): Promise<AnswerEnd> {
    const body = await response.text();
    const end = this.dialect.fromResponse(body, this.request);
    // Translated it may have grown: what is no UTF-8 takes three bytes for one.
    if (end.completed.tail.length > maxTextBytes) throw tooMuchFault(this.dialect.providerName);
    if (!this.caller.cancelled.aborted) this.begin(ignoredParams);
    return end;
  }

  private async relay(response: UpstreamResponse, ignoredParams: string[]): Promise<AnswerEnd> {
    const stream = (this.stream = this.dialect.openStream(this.request));
    const decoder = new SseDecoder(this.dialect.providerName);
    let left = this.options.maxStreamBytes;
    for await (const bytes of response.body) {
      if ((left -= bytes.length) < 0) throw tooMuchFault(this.dialect.providerName);
      await this.pass(stream, decoder.push(bytes), ignoredParams);
      this.ends.throwIfAborted();
    }
    await this.pass(stream, decoder.end(), ignoredParams);
    return stream.end();
  }

  /** All events of one read leave as one frame; what came before an error in the same read still leaves. */
  private pass(
    stream: StreamTranslation,
    events: SseEvent[],
    ignoredParams: string[],
  ): Promise<void> | undefined {
    if (events.length > 0) clearTimeout(this.firstByteTimer);
    let text = '';
    try {
      for (const event of events) text += stream.push(event);
    } catch (error) {
      // Before anything was sent the client still gets a proper error answer.
      if (this.begun && text !== '' && !this.caller.cancelled.aborted) void this.sink.data(Buffer.from(text));
      throw error;
    }
    if (text === '' || this.caller.cancelled.aborted) return undefined;
    this.begin(ignoredParams);
    return this.sink.data(Buffer.from(text));
  }

  private begin(ignoredParams: string[]): void {
    if (this.begun) return;
    this.begun = true;
    if (this.request.stream) this.times.begun();
    this.sink.head({ upstreamModel: this.request.upstreamModel, ignoredParams });
  }

  /** An answer that came to its end: who cancelled it does not get it, and what it used is known all the same. */
  private ended(
    { completed, usage, finishReason }: AnswerEnd,
    response: UpstreamResponse,
  ): CompletionOutcome {
    const { aborted } = this.caller.cancelled;
    return {
      end: aborted ? { $case: 'cancelled', value: {} } : { $case: 'completed', value: completed },
      usage: usage ?? this.estimate(completed),
      upstreamRequestId: response.header('x-request-id') ?? response.header('request-id') ?? '',
      finishReason: finishReason.slice(0, maxFinishReasonLength),
    };
  }

  private estimate({ tail }: Completed): Usage {
    return estimateUsage(this.request.body.length, this.stream?.generatedBytes ?? generatedBytesOf(tail));
  }

  /** What never began to come is not paid for. */
  private brokenOff(): CompletionOutcome {
    const generatedBytes = this.stream?.generatedBytes ?? 0;
    return {
      end: { $case: 'cancelled', value: {} },
      usage: generatedBytes > 0 ? estimateUsage(this.request.body.length, generatedBytes) : undefined,
      upstreamRequestId: '',
      finishReason: '',
    };
  }
}

function withRetryAfter(fault: Fault, response: UpstreamResponse): Fault {
  const seconds = Number(response.header('retry-after'));
  if (fault.code !== 'upstream' || !Number.isFinite(seconds) || seconds <= 0) return fault;
  const { code, publicMessage, param, internal, cause, alarm } = fault;
  const retryAfterSeconds = Math.ceil(seconds);
  return new Fault(code, publicMessage, { param, internal, cause, alarm, retryAfterSeconds });
}
