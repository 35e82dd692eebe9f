import type { Completed } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import type { AnswerCost } from './with-cost.js';

/** How an answer reaches the client: at once as JSON, or piece by piece as SSE. */
export interface Answer {
  /** The provider has begun to answer. */
  begin(headers: Record<string, string>): void;
  /** @returns false when the client has enough for now; `whenDrained` tells when to go on */
  data(bytes: Buffer): boolean;
  whenDrained(resume: () => void): void;
  /** The answer is complete and about to be charged. */
  beforeCharge?(completed: Completed): Promise<void>;
  /** The complete answer, paid for. `cost` is null while the charge waits to be written. */
  finish(completed: Completed, cost: AnswerCost | null): void;
  /** @throws the fault itself while it can still become a proper error answer */
  fail(fault: Fault): void;
}
