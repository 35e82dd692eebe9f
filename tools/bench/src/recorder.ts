import type { ClientConnection } from './client-connection.js';
import type { LoadResult } from './orders.js';
import { percentiles } from './percentiles.js';

/** Gathers what a load comes to. */
export class Recorder {
  private readonly begin = performance.now();
  private readonly latencies: number[] = [];
  private readonly firstEvents: number[] = [];
  private readonly gaps: number[] = [];
  private readonly lateness: number[] = [];
  private readonly failures: Record<string, number> = {};
  private events = 0;

  /**
   * Sends a request and resolves when its answer has ended, one way or another.
   * @param dueAt from when its latency counts
   * @param expectedEvents of a complete stream; 0 for a plain answer
   */
  exchange(
    connection: ClientConnection,
    request: Buffer,
    dueAt: number,
    expectedEvents: number,
  ): Promise<void> {
    return new Promise((resolve) => {
      let seen = 0;
      let lastAt = 0;
      connection.send(request, {
        events: (count) => {
          const now = performance.now();
          if (seen === 0) this.firstEvents.push(now - dueAt);
          else this.gaps.push(now - lastAt);
          // Events that came together came without a gap.
          for (let more = 1; more < count; more += 1) this.gaps.push(0);
          lastAt = now;
          seen += count;
        },
        end: (failure) => {
          this.latencies.push(performance.now() - dueAt);
          this.events += seen;
          this.count(failure ?? (seen === expectedEvents ? null : `${seen} events`));
          resolve();
        },
      });
    });
  }

  late(byMs: number): void {
    this.lateness.push(byMs);
  }

  count(failure: string | null): void {
    if (failure !== null) this.failures[failure] = (this.failures[failure] ?? 0) + 1;
  }

  result(): LoadResult {
    const failed = Object.values(this.failures).reduce((sum, count) => sum + count, 0);
    return {
      answers: this.latencies.length - failed,
      failures: this.failures,
      seconds: (performance.now() - this.begin) / 1_000,
      latencyMs: percentiles(this.latencies),
      ...(this.lateness.length > 0 && { latenessMs: percentiles(this.lateness) }),
      ...(this.events > 0 && {
        events: this.events,
        firstEventMs: percentiles(this.firstEvents),
        betweenEventsMs: percentiles(this.gaps),
      }),
    };
  }
}
