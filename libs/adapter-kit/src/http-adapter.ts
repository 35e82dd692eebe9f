import type { Completed, CompleteRequest, CompletionOutcome, Usage } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { estimateUsage, generatedBytesOf } from './estimate-usage.js';
import type { CompletionSink, ProviderAdapter } from './provider-adapter.js';
import type { AnswerEnd, ProviderDialect, StreamTranslation, UpstreamRequest } from './provider-dialect.js';
import { ProviderCircuit } from './provider-circuit.js';
import { retryDelayMs, retryableStatus } from './retry.js';
import { SseDecoder, type SseEvent } from './sse-decoder.js';
import type { UpstreamHttp, UpstreamResponse } from './upstream-http.js';

export interface HttpAdapterOptions {
  /** From the request sent to the first byte that means something: keep-alives do not count. */
  firstByteTimeoutMs: number;
  /** Completions under way at once; more are refused before the provider hears of them. */
  maxInFlight: number;
}

interface HttpAdapterParts {
  dialect: ProviderDialect;
  http: UpstreamHttp;
  circuit: ProviderCircuit;
  options: HttpAdapterOptions;
}

/** Runs a dialect over HTTP: sends, retries before the first byte, relays, cancels, estimates what was not told. */
export class HttpAdapter implements ProviderAdapter {
  private inFlight = 0;
  private readonly parts: HttpAdapterParts;

  constructor(dialect: ProviderDialect, http: UpstreamHttp, options: HttpAdapterOptions) {
    this.parts = { dialect, http, options, circuit: new ProviderCircuit(dialect.providerName) };
  }

  async complete(
    request: CompleteRequest,
    sink: CompletionSink,
    signal: AbortSignal,
  ): Promise<CompletionOutcome> {
    if (this.inFlight >= this.parts.options.maxInFlight) {
      const message = `Too many requests to ${this.parts.dialect.providerName} are under way. Please try again.`;
      throw new Fault('unavailable', message, { retryAfterSeconds: 1 });
    }
    this.inFlight += 1;
    try {
      return await new Completion(this.parts, request, sink, signal).run();
    } finally {
      this.inFlight -= 1;
    }
  }
}

/** One completion with the provider. */
class Completion {
  private readonly dialect: ProviderDialect;
  private readonly http: UpstreamHttp;
  private readonly circuit: ProviderCircuit;
  private readonly late = new AbortController();
  private readonly ends: AbortSignal;
  private readonly firstByteTimer: NodeJS.Timeout;
  private stream: StreamTranslation | null = null;
  private begun = false;

  constructor(
    { dialect, http, circuit, options }: HttpAdapterParts,
    private readonly request: CompleteRequest,
    private readonly sink: CompletionSink,
    private readonly cancelled: AbortSignal,
  ) {
    this.dialect = dialect;
    this.http = http;
    this.circuit = circuit;
    this.ends = AbortSignal.any([cancelled, this.late.signal]);
    this.firstByteTimer = setTimeout(() => {
      this.late.abort(new Fault('upstream', `${dialect.providerName} did not begin to answer in time.`));
    }, options.firstByteTimeoutMs);
  }

  async run(): Promise<CompletionOutcome> {
    try {
      const upstream = await this.dialect.toRequest(this.request, this.ends);
      const response = await this.send(upstream);
      const end = this.request.stream
        ? await this.relay(response, upstream.ignoredParams)
        : await this.answer(response, upstream.ignoredParams);
      return this.completed(end, response);
    } catch (error) {
      if (this.cancelled.aborted) return this.cancelledOutcome();
      throw this.late.signal.aborted ? this.late.signal.reason : this.http.toFault(error, this.cancelled);
    } finally {
      clearTimeout(this.firstByteTimer);
    }
  }

  /** Sends, once more when the first try failed in a way that may pass. Nothing has reached the client yet. */
  private async send(upstream: UpstreamRequest): Promise<UpstreamResponse> {
    const first = await this.attempt(upstream);
    if (first.kind === 'answered') return first.response;
    const delayMs = first.retryable ? retryDelayMs(first.fault.retryAfterSeconds) : null;
    if (delayMs === null) throw first.fault;
    await pause(delayMs, this.ends);
    const second = await this.attempt(upstream);
    if (second.kind === 'answered') return second.response;
    throw second.fault;
  }

  private async attempt(
    upstream: UpstreamRequest,
  ): Promise<
    { kind: 'answered'; response: UpstreamResponse } | { kind: 'failed'; fault: Fault; retryable: boolean }
  > {
    let response: UpstreamResponse;
    try {
      response = await this.circuit.send(
        () => this.http.post(upstream.path, upstream.headers, upstream.body, this.ends),
        this.cancelled,
      );
    } catch (error) {
      if (this.ends.aborted || !(error instanceof Fault)) throw error;
      return { kind: 'failed', fault: error, retryable: true };
    }
    if (response.status === 200) return { kind: 'answered', response };
    const fault = withRetryAfter(this.dialect.fromError(response.status, await response.text()), response);
    return { kind: 'failed', fault, retryable: retryableStatus(response.status) };
  }

  private async answer(response: UpstreamResponse, ignoredParams: string[]): Promise<AnswerEnd> {
    const body = await response.text();
    const end = this.dialect.fromResponse(body, this.request);
    this.begin(ignoredParams);
    return end;
  }

  private async relay(response: UpstreamResponse, ignoredParams: string[]): Promise<AnswerEnd> {
    const stream = (this.stream = this.dialect.openStream(this.request));
    const decoder = new SseDecoder();
    for await (const bytes of response.body) {
      await this.pass(stream, decoder.push(bytes as Buffer), ignoredParams);
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
      if (this.begun && text !== '') void this.sink.data(Buffer.from(text));
      throw error;
    }
    if (text === '') return undefined;
    this.begin(ignoredParams);
    return this.sink.data(Buffer.from(text));
  }

  private begin(ignoredParams: string[]): void {
    if (this.begun) return;
    this.begun = true;
    this.sink.head({ upstreamModel: this.request.upstreamModel, ignoredParams });
  }

  private completed({ completed, usage }: AnswerEnd, response: UpstreamResponse): CompletionOutcome {
    return {
      end: { $case: 'completed', value: completed },
      usage: usage ?? this.estimate(completed),
      upstreamRequestId: response.header('x-request-id') ?? response.header('request-id') ?? '',
    };
  }

  private estimate({ tail }: Completed): Usage {
    return estimateUsage(this.request.body.length, this.stream?.generatedBytes ?? generatedBytesOf(tail));
  }

  /** What never began to come is not paid for. */
  private cancelledOutcome(): CompletionOutcome {
    const generatedBytes = this.stream?.generatedBytes ?? 0;
    return {
      end: { $case: 'cancelled', value: {} },
      usage: generatedBytes > 0 ? estimateUsage(this.request.body.length, generatedBytes) : undefined,
      upstreamRequestId: '',
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

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal.addEventListener('abort', abort, { once: true });
  });
}
