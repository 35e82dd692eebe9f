import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import { answerHeaders } from '../http/answer-headers.js';
import type { AdapterReplicas } from '../providers/adapter-replicas.js';
import type { CompletionListener, OpenCompletion } from '../providers/exchange-client.js';
import type { Answer } from './answer.js';
import { ignoredParametersHeader } from './ignored-parameters-header.js';

type CompletionEvent = Parameters<CompletionListener['event']>[0];

/** One completion under way: passes the provider's bytes to the client as fast as the client takes them. */
export class Dispatch implements CompletionListener {
  private completion: OpenCompletion | null = null;
  private cancelled = false;
  private owedCredit = 0;
  private draining = false;
  /** When the answer began to come, as performance.now() tells; null: it has not. */
  beganAtMs: number | null = null;
  private resolve!: (outcome: CompletionOutcome) => void;
  private reject!: (fault: Fault) => void;
  private readonly outcome = new Promise<CompletionOutcome>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(private readonly answer: Answer) {
    // It may be given up before anybody waits for it.
    this.outcome.catch(() => undefined);
  }

  /** @throws Fault unavailable when the adapter cannot be reached or is lost on the way */
  async run(adapter: AdapterReplicas, request: CompleteRequest): Promise<CompletionOutcome> {
    this.completion = await adapter.open(request, this);
    if (this.cancelled) this.completion.cancel();
    return this.outcome;
  }

  /** The client went away: the adapter is told; the outcome still comes, at once or when the provider has finished. */
  cancel(): void {
    this.cancelled = true;
    this.completion?.cancel();
  }

  /** Ends it with a fault, whatever the adapter still has to tell. */
  giveUp(fault: Fault): void {
    this.cancel();
    this.reject(fault);
  }

  event(event: CompletionEvent): void {
    switch (event.$case) {
      case 'head': {
        const { upstreamModel, ignoredParams } = event.value;
        this.answer.begin({
          [answerHeaders.upstreamModel]: upstreamModel,
          ...(ignoredParams.length > 0 && {
            [answerHeaders.ignoredParameters]: ignoredParametersHeader(ignoredParams),
          }),
        });
        return;
      }
      case 'data':
        this.pass(event.value);
        return;
      case 'outcome':
        this.resolve(event.value);
        return;
      default:
        event satisfies never;
    }
  }

  lost(fault: Fault): void {
    this.reject(fault);
  }

  private pass(bytes: Buffer): void {
    if (this.cancelled) return;
    this.beganAtMs ??= performance.now();
    this.owedCredit += bytes.length;
    const taken = this.answer.data(bytes);
    if (taken && !this.draining) this.payCredit();
    else if (!this.draining) {
      this.draining = true;
      this.answer.whenDrained(() => {
        this.draining = false;
        this.payCredit();
      });
    }
  }

  private payCredit(): void {
    const bytes = this.owedCredit;
    this.owedCredit = 0;
    this.completion?.credit(bytes);
  }
}
