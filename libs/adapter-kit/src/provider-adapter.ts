import type { CompleteRequest, CompletionHead, CompletionOutcome } from '@tokenroute/contracts';
import type { Cancellation } from './cancellation.js';

/** Where an adapter puts an answer while it comes. */
export interface CompletionSink {
  /** Once, before the first data: the provider has begun to answer. */
  head(head: CompletionHead): void;
  /**
   * OpenAI-shaped SSE bytes. While the returned promise is pending the caller has enough: read no more from the provider.
   */
  data(bytes: Buffer): Promise<void> | undefined;
}

/** Whoever asked for a completion, as far as it concerns the answer. */
export interface Caller {
  /** Aborted when it wants no more of the answer, only its outcome; also when it is gone. */
  readonly cancelled: Cancellation;
  /** Aborted when nobody is left to hear an outcome. */
  readonly gone: Cancellation;
}

/** The port: one provider behind the OpenAI wire shape. */
export interface ProviderAdapter {
  /**
   * Runs one completion to its end. When the caller cancels, the provider is told within a second, or its answer is read
   * to the end where that is what it bills anyway; no data is passed on any more.
   * @throws Fault for every failure of the provider, before or during the answer. A cancellation is an outcome.
   */
  complete(request: CompleteRequest, sink: CompletionSink, caller: Caller): Promise<CompletionOutcome>;
}
