import { BillingLimit, firstLimit } from './billing-limit.js';

const targetDelayMs = 100;

/** Billing as a server that answers so many holds a millisecond, one after the other. */
class Billing {
  nowMs = 0;
  readonly limit = new BillingLimit({ targetDelayMs, nowMs: () => this.nowMs });
  readonly delaysMs: number[] = [];
  refused = 0;
  private readonly waiting: number[] = [];

  constructor(private perMs: number) {}

  /** Holds fall due evenly for a time; those that the limit refuses are not asked for. */
  run(forMs: number, offeredPerMs: number): void {
    let [owed, capacity] = [0, 0];
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs; this.nowMs += 1) {
      for (owed += offeredPerMs; owed >= 1; owed -= 1) this.ask();
      capacity = this.waiting.length === 0 ? 0 : capacity + this.perMs;
      for (; capacity >= 1 && this.waiting.length > 0; capacity -= 1) this.answer();
    }
  }

  burst(count: number): void {
    for (let index = 0; index < count; index += 1) this.ask();
  }

  becomes(perMs: number): void {
    this.perMs = perMs;
  }

  takeCounts(): { answered: number; refused: number; longestMs: number } {
    const { refused } = this;
    const delays = this.delaysMs.splice(0);
    this.refused = 0;
    return { answered: delays.length, refused, longestMs: Math.max(...delays) };
  }

  private ask(): void {
    if (this.limit.admits()) this.waiting.push(this.limit.begin());
    else this.refused += 1;
  }

  private answer(): void {
    const begunAtMs = this.waiting.shift()!;
    this.delaysMs.push(this.nowMs - begunAtMs);
    this.limit.endHold(begunAtMs);
  }
}

describe('the limit of what waits for billing', () => {
  test('refuses nothing while billing keeps up', () => {
    const billing = new Billing(3);
    billing.run(10_000, 2.9);
    expect(billing.takeCounts()).toMatchObject({ refused: 0 });
  });

  test('at twice the capacity billing stays busy, and nobody waits much longer than the target', () => {
    const billing = new Billing(3);
    billing.run(5_000, 6);
    billing.takeCounts();
    billing.run(20_000, 6);
    const { answered, refused, longestMs } = billing.takeCounts();
    expect(answered).toBeGreaterThan(0.99 * 3 * 20_000);
    expect(answered + refused).toBeGreaterThan(0.99 * 6 * 20_000);
    expect(longestMs).toBeLessThan(1.5 * targetDelayMs);
  });

  test('a burst is let through without the limit falling', () => {
    const billing = new Billing(3);
    billing.run(1_000, 1);
    const { limit } = billing.limit;
    billing.burst(450);
    billing.run(1_000, 1);
    expect(billing.takeCounts().refused).toBe(0);
    expect(billing.limit.limit).toBe(limit);
  });

  test('a billing that got slower is given fewer, and more again when it is fast', () => {
    const billing = new Billing(4);
    billing.run(5_000, 8);
    const whenFast = billing.limit.limit;
    billing.becomes(1.5);
    billing.run(5_000, 8);
    expect(billing.limit.limit).toBeLessThan(0.6 * whenFast);
    billing.becomes(4);
    billing.run(5_000, 8);
    expect(billing.limit.limit).toBeGreaterThan(0.8 * whenFast);
  });

  test('when the load is over nothing is refused within a second', () => {
    const billing = new Billing(3);
    billing.run(5_000, 9);
    billing.run(1_000, 2.5);
    billing.takeCounts();
    billing.run(5_000, 2.5);
    expect(billing.takeCounts()).toMatchObject({ refused: 0 });
  });

  test('a crowd is let through whole again once the one before is over, however slow billing was', () => {
    const billing = new Billing(0.2);
    billing.burst(firstLimit);
    billing.run(4_000, 0);
    expect(billing.takeCounts()).toMatchObject({ answered: firstLimit, refused: 0 });
    billing.burst(firstLimit);
    expect(billing.takeCounts().refused).toBe(0);
  });

  test('a few are always let through, however long they take', () => {
    const billing = new Billing(0.02);
    billing.run(60_000, 0.018);
    billing.takeCounts();
    billing.burst(64);
    expect(billing.refused).toBe(0);
  });

  test('a queue of charges alone is one too', () => {
    let nowMs = 0;
    const limit = new BillingLimit({ targetDelayMs, nowMs: () => nowMs });
    const before = limit.limit;
    limit.begin();
    for (; nowMs < 2_000; nowMs += 10) {
      limit.endHold(limit.begin());
      const begunAtMs = limit.begin() - targetDelayMs - 1;
      limit.endCharge(begunAtMs);
    }
    expect(limit.limit).toBeLessThan(before / 3);
  });

  test('charges that wait leave less room for holds', () => {
    const limit = new BillingLimit({ targetDelayMs, nowMs: () => 0 });
    while (limit.admits()) limit.begin();
    limit.endCharge(0);
    expect(limit.admits()).toBe(true);
  });

  test('while billing answers nothing no more than the limit wait', () => {
    const billing = new Billing(0);
    billing.run(5_000, 3);
    expect(billing.limit.waiting).toBe(billing.limit.limit);
  });
});
