import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import type { CompletionListener, ExchangeClient, OpenCompletion } from '../providers/exchange-client.js';
import type { Answer } from './answer.js';

type CompletionEvent = Parameters<CompletionListener['event']>[0];

/** One completion under way: passes the provider's bytes to the client as fast as the client takes them. */
export class Dispatch implements CompletionListener {
  private completion: OpenCompletion | null = null;
  private cancelled = false;
  private owedCredit = 0;
  private draining = false;
  private resolve!: (outcome: CompletionOutcome) => void;
  private reject!: (fault: Fault) => void;
  private readonly outcome = new Promise<CompletionOutcome>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor(private readonly answer: Answer) {}

  /** @throws Fault unavailable when the adapter cannot be reached or is lost on the way */
  async run(exchange: ExchangeClient, request: CompleteRequest): Promise<CompletionOutcome> {
    this.completion = await exchange.open(request, this);
    if (this.cancelled) this.completion.cancel();
    return this.outcome;
  }

  /** The client went away: the provider is told to stop; the outcome still comes. */
  cancel(): void {
    this.cancelled = true;
    this.completion?.cancel();
  }

  event(event: CompletionEvent): void {
    switch (event.$case) {
      case 'head': {
        const { upstreamModel, ignoredParams } = event.value;
        this.answer.begin({
          'x-tokenroute-upstream-model': upstreamModel,
          ...(ignoredParams.length > 0 && { 'x-tokenroute-ignored-params': ignoredParams.join(',') }),
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
