import { SettleRequest, type SettleResult, type Settlement } from '@tokenroute/contracts';
import type { Logger } from '@tokenroute/service-kit';

/** Where a settlement can go, and the time between two tries. */
export interface SettlementOutlets {
  /** Rejects while it is unknown whether billing has it. */
  settle(settlement: Settlement): Promise<SettleResult>;
  /** Puts all of them into the queue; false when it did not take them. */
  publish(settlements: Settlement[]): Promise<boolean>;
  pause(ms: number, until: AbortSignal): Promise<unknown>;
  nowMs(): number;
}

interface Entry {
  settlement: Settlement;
  /** JetStream acknowledged it: the end of this process does not lose it. */
  queued: boolean;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;
/** Of a try: one message to billing, or to the queue. */
const maxTogether = 200;
/** How long the end of this process waits for what nobody else has. */
const endWithinMs = 20_000;

/**
 * The settlements that billing has not confirmed. JetStream acknowledges before its disk has a message, so what it took
 * stays here too, until billing itself has it: a queue that loses its messages loses no charge, as long as this process
 * lives. The hold id makes it harmless that both arrive. While billing is away one message a round asks for it.
 */
export class UnconfirmedSettlements {
  private readonly entries = new Map<string, Entry>();
  private readonly ending = new AbortController();
  private endByMs = Number.POSITIVE_INFINITY;
  private running: Promise<void> | null = null;

  constructor(
    private readonly outlets: SettlementOutlets,
    private readonly logger: Logger,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** Resolves when the queue has it too, or did not take it: then it is offered again. Never throws. */
  async add(settlement: Settlement): Promise<void> {
    const entry = { settlement, queued: false };
    this.entries.set(settlement.holdId, entry);
    this.running ??= this.run();
    entry.queued = await this.outlets.publish([settlement]);
  }

  /** Resolves when nobody but this process has anything left, or after a bounded time. Nothing is tried afterwards. */
  async end(): Promise<void> {
    this.endByMs = this.outlets.nowMs() + endWithinMs;
    this.ending.abort();
    await this.running;
    for (const { settlement } of this.atRisk()) {
      const payload = SettleRequest.encode({ items: [settlement] }).finish();
      this.logger.fatal(
        { holdId: settlement.holdId, settleRequest: Buffer.from(payload).toString('base64') },
        'settlements: lost, neither billing nor the queue took it',
      );
    }
  }

  private async run(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (this.goesOn()) {
      // Whoever ends does not sleep through it, nor ask without a pause.
      const { signal } = this.ending;
      await this.outlets.pause(pauseMs, signal.aborted ? new AbortController().signal : signal);
      const progressed = await this.tryAll();
      pauseMs = progressed || signal.aborted ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
    }
    this.running = null;
  }

  private goesOn(): boolean {
    if (!this.ending.signal.aborted) return this.entries.size > 0;
    return this.atRisk().length > 0 && this.outlets.nowMs() < this.endByMs;
  }

  private atRisk(): Entry[] {
    return [...this.entries.values()].filter(({ queued }) => !queued);
  }

  /** @returns whether billing confirmed any */
  private async tryAll(): Promise<boolean> {
    let progressed = false;
    for (const batch of batches([...this.entries.values()])) {
      const confirmed = await Promise.all(batch.map((entry) => this.confirm(entry)));
      // Nobody answers: the others need not ask, and ask first the next time.
      if (!confirmed.includes(true)) {
        this.moveToTheEnd(batch);
        break;
      }
      progressed = true;
    }
    await this.queueTheRest();
    return progressed;
  }

  private async confirm({ settlement }: Entry): Promise<boolean> {
    const { holdId } = settlement;
    try {
      const { outcome } = await this.outlets.settle(settlement);
      if (outcome?.$case !== 'charged') {
        this.logger.error({ holdId, refusal: outcome?.value }, 'settlements: refused');
      }
    } catch {
      return false;
    }
    this.entries.delete(holdId);
    return true;
  }

  private moveToTheEnd(batch: Entry[]): void {
    for (const entry of batch) {
      const { holdId } = entry.settlement;
      if (this.entries.delete(holdId)) this.entries.set(holdId, entry);
    }
  }

  private async queueTheRest(): Promise<void> {
    for (const batch of batches(this.atRisk())) {
      if (!(await this.outlets.publish(batch.map(({ settlement }) => settlement)))) return;
      for (const entry of batch) entry.queued = true;
    }
  }
}

function* batches(entries: Entry[]): Generator<Entry[]> {
  for (let start = 0; start < entries.length; start += maxTogether) {
    yield entries.slice(start, start + maxTogether);
  }
}
