import type { ServerResponse } from 'node:http';
import type { Completed } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import type { Answer } from './answer.js';
import { type AnswerCost, withCost } from './with-cost.js';

/** A chat.completion object: nothing is written before all of it is there and paid for. */
export class PlainAnswer implements Answer {
  /** @param keep what is done with a complete answer before it is charged */
  constructor(
    private readonly response: ServerResponse,
    private readonly headers: Record<string, string>,
    private readonly keep?: (headers: Record<string, string>, completed: Completed) => Promise<void>,
  ) {}

  begin(headers: Record<string, string>): void {
    Object.assign(this.headers, headers);
  }

  data(): boolean {
    return true;
  }

  whenDrained(resume: () => void): void {
    resume();
  }

  async beforeCharge(completed: Completed): Promise<void> {
    await this.keep?.(this.headers, completed);
  }

  finish(completed: Completed, cost: AnswerCost | null): void {
    if (this.response.destroyed) return;
    const body = withCost(completed, cost);
    this.response.writeHead(200, {
      ...this.headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    });
    this.response.end(body);
  }

  fail(fault: Fault): void {
    throw fault;
  }
}
