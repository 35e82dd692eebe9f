import type { CompleteRequest, Completed, Usage } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import type { ParameterRules } from '@tokenroute/openai-wire';
import type { Cancellation } from './cancellation.js';
import type { SseEvent } from './sse-decoder.js';

/** One HTTP request to a provider. */
export interface UpstreamRequest {
  /** Appended to the base URL's path. */
  path: string;
  /** Without those that show the key. */
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
  /** Parameters of the client's request that were left out. */
  ignoredParams: string[];
}

/** What is left of an answer when all of it has come: told only after it is paid for. */
export interface AnswerEnd {
  completed: Completed;
  /** Null: the provider told none (null is not zero). */
  usage: Usage | null;
  /** Why it ended, as the client reads it; of several choices one's. Empty: the provider told no reason. */
  finishReason: string;
}

/** Translates one streamed answer. */
export interface StreamTranslation {
  /**
   * @returns SSE text for the client, empty when there is none yet
   * @throws Fault for an error inside the stream or an event that cannot be read
   */
  push(event: SseEvent): string;
  /** @throws Fault upstream when the stream ended before its finish event */
  end(): AnswerEnd;
  /** UTF-8 bytes of everything generated so far, thinking included: the ground of an estimate. */
  readonly generatedBytes: number;
}

/** How one provider is spoken to: pure functions between its wire shape and OpenAI's. `HttpAdapter` does the rest. */
export interface ProviderDialect {
  readonly providerName: string;
  /** What OpenTelemetry's conventions for generative models call it. */
  readonly telemetryName: string;
  /** What it does with each parameter; docs/parameters.md is made from it. */
  readonly parameters: ParameterRules | 'sent-as-they-are';
  /**
   * Whether the provider bills only what it had generated when we closed the connection. Where it bills the whole answer
   * all the same, one that the client cancelled is read to its end: nothing else tells what it cost.
   */
  readonly cancelStopsMeter: boolean;
  /** The headers that show our key to the provider. */
  authorize(key: string): Record<string, string>;
  /** @throws Fault invalid-request for what the provider cannot do */
  toRequest(request: CompleteRequest, ends: Cancellation): UpstreamRequest | Promise<UpstreamRequest>;
  /** @throws Fault upstream when the body is not a complete answer */
  fromResponse(body: string, request: CompleteRequest): AnswerEnd;
  openStream(request: CompleteRequest): StreamTranslation;
  /**
   * What an error answer means to the customer. `Retry-After` is read by the caller. With `alarm` it speaks of our account: then the
   * key is left alone for a while.
   */
  fromError(status: number, body: string): Fault;
}
