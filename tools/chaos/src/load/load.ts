import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../oracle/facts.js';
import type { Random } from '../random.js';
import type { Gateway } from '../system/chaos-system.js';
import { converse, type Manner } from './chat-client.js';
import type { QuestionPlan } from './question-plan.js';

const repeatsOfNamed = 8;

/** Clients that ask, one question after the other each, until they are told to stop. Every exchange is written down. */
export class Load {
  readonly exchanges: Exchange[] = [];
  private calm = false;
  private ending = false;
  private readonly clients: Promise<void>[] = [];

  constructor(
    private readonly gateways: readonly Gateway[],
    private readonly plan: QuestionPlan,
    private readonly random: Random,
  ) {}

  start(clients: number): void {
    for (let index = 0; index < clients; index += 1) this.clients.push(this.work(this.random.fork()));
  }

  /** From now on every client reads its answer, and nobody is refused for a reason of its own. */
  becomeCalm(): void {
    this.calm = true;
  }

  /** Resolves when every question that was asked is over. */
  async stop(): Promise<void> {
    this.ending = true;
    await Promise.all(this.clients);
  }

  private async work(random: Random): Promise<void> {
    while (!this.ending) {
      const question = this.plan.next(this.calm);
      const manner: Manner = {
        leavesAfterMs: question.behaviour === 'leaves' ? random.whole(0, 800) : null,
        // Whoever leaves shall find something to leave.
        chunkDelayMs: random.pick(question.behaviour === 'leaves' ? [5, 20] : [0, 0, 1, 5, 20]),
      };
      const send = async () => {
        const exchange = await converse(random.pick(this.gateways), question, manner);
        this.exchanges.push(exchange);
        return exchange;
      };
      const exchange = await send();
      if (question.named) await this.repeat(exchange, send, random);
      await pause(random.whole(50, 600));
    }
  }

  /** As a client does that wants its answer: again while that makes sense, and once more when it has it. */
  private async repeat(first: Exchange, send: () => Promise<Exchange>, random: Random): Promise<void> {
    let last = first;
    for (let repeats = 0; repeats < repeatsOfNamed && !last.complete; repeats += 1) {
      if (last.errorClass === 'definitive' || last.errorClass === undefined) return;
      await pause(random.whole(200, 2_000));
      last = await send();
    }
    if (last.complete) await send();
  }
}
