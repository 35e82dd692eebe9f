import type { CompleteRequest, CompletionHead, CompletionOutcome } from '@tokenroute/contracts';

/** Where an adapter puts an answer while it comes. */
export interface CompletionSink {
  /** Once, before the first data: the provider has begun to answer. */
  head(head: CompletionHead): void;
  /**
   * OpenAI-shaped SSE bytes. While the returned promise is pending the caller has enough: read no more from the provider.
   */
  data(bytes: Buffer): Promise<void> | undefined;
}

/** The port: one provider behind the OpenAI wire shape. */
export interface ProviderAdapter {
  /**
   * Runs one completion to its end.
   * @param signal aborted when the caller cancels; the provider must be told within a second
   * @throws Fault for every failure of the provider, before or during the answer. A cancellation is an outcome.
   */
  complete(request: CompleteRequest, sink: CompletionSink, signal: AbortSignal): Promise<CompletionOutcome>;
}
