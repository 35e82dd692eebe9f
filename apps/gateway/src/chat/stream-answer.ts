import type { ServerResponse } from 'node:http';
import type { Completed } from '@tokenroute/contracts';
import type { Fault } from '@tokenroute/faults';
import { sseDone, sseEvent, toErrorBody } from '@tokenroute/openai-wire';
import type { Answer } from './answer.js';
import { type AnswerCost, withCost } from './with-cost.js';

/** Chat completion chunks as SSE. A broken answer ends with an error event and without `[DONE]`. */
export class StreamAnswer implements Answer {
  constructor(
    private readonly response: ServerResponse,
    private readonly headers: Record<string, string>,
  ) {}

  begin(headers: Record<string, string>): void {
    this.response.writeHead(200, {
      ...this.headers,
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies that buffer answers would turn a stream into a wait.
      'x-accel-buffering': 'no',
    });
  }

  data(bytes: Buffer): boolean {
    return this.response.write(bytes);
  }

  whenDrained(resume: () => void): void {
    this.response.once('drain', resume);
  }

  finish(completed: Completed, cost: AnswerCost | null): void {
    if (!this.response.headersSent) this.begin({});
    this.response.end(Buffer.concat([withCost(completed, cost), Buffer.from(sseDone)]));
  }

  fail(fault: Fault): void {
    if (!this.response.headersSent) throw fault;
    this.response.end(sseEvent(JSON.stringify(toErrorBody(fault))));
  }
}
