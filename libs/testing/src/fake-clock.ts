/** Time that only moves when told to. Hand `now` to whoever asks for the time. */
export class FakeClock {
  private timeMs: number;
  private readonly waiting = new Set<{ dueMs: number; resolve: () => void }>();

  constructor(start: Date | string = '2026-01-01T00:00:00Z') {
    this.timeMs = new Date(start).getTime();
  }

  readonly now = (): Date => new Date(this.timeMs);
  readonly nowMs = (): number => this.timeMs;

  /** Resolves once the clock has been moved on by so much. */
  readonly delay = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      if (delayMs <= 0) resolve();
      else this.waiting.add({ dueMs: this.timeMs + delayMs, resolve });
    });

  /** Moves on, waking whoever is due, in the order in which they are due. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.timeMs + byMs;
    for (;;) {
      const next = [...this.waiting]
        .filter(({ dueMs }) => dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.waiting.delete(next);
      this.timeMs = next.dueMs;
      next.resolve();
      // Whoever was woken may want to wait again before the clock moves on.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.timeMs = untilMs;
  }
}
