import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { Completion, type CompletionOptions, type CompletionParts, type ProviderHttp } from './completion.js';
import { CompletionMetrics } from './completion-metrics.js';
import { observeKeys } from './key-metrics.js';
import type { KeyRing } from './key-ring.js';
import type { Caller, CompletionSink, ProviderAdapter } from './provider-adapter.js';
import { ProviderCircuit } from './provider-circuit.js';
import type { ProviderDialect } from './provider-dialect.js';

export interface HttpAdapterOptions extends CompletionOptions {
  /** Completions under way at once; more are refused before the provider hears of them. */
  maxInFlight: number;
}

/** Runs a dialect over HTTP: chooses a key, sends, retries before the first byte, relays, cancels, estimates what was not told. */
export class HttpAdapter implements ProviderAdapter {
  private inFlight = 0;
  private readonly parts: CompletionParts;
  private readonly maxInFlight: number;

  constructor(dialect: ProviderDialect, http: ProviderHttp, keys: KeyRing, options: HttpAdapterOptions) {
    const circuit = new ProviderCircuit(dialect.providerName);
    const metrics = new CompletionMetrics(dialect.telemetryName);
    metrics.observe({ underWay: () => this.inFlight, circuitOpen: () => circuit.isOpen });
    observeKeys(dialect.telemetryName, keys);
    this.parts = { dialect, http, keys, options, circuit, metrics };
    this.maxInFlight = options.maxInFlight;
  }

  async complete(request: CompleteRequest, sink: CompletionSink, caller: Caller): Promise<CompletionOutcome> {
    if (this.inFlight >= this.maxInFlight) {
      const message = `Too many requests to ${this.parts.dialect.providerName} are under way. Please try again.`;
      throw new Fault('unavailable', message, { retryAfterSeconds: 1 });
    }
    this.inFlight += 1;
    try {
      return await new Completion(this.parts, request, sink, caller).run();
    } finally {
      this.inFlight -= 1;
    }
  }
}
