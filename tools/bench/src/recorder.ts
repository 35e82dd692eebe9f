import type { ClientConnection } from './client-connection.js';
import type { LoadResult } from './orders.js';
import { percentiles } from './percentiles.js';

const timelyMs = 2_000;

/** What of a load fell due in one second. */
interface DueSecond {
  latencies: number[];
  failed: number;
}

/** Gathers what a load comes to. */
export class Recorder {
  private readonly latencies: number[] = [];
  private readonly failedAfter: number[] = [];
  private readonly seconds: DueSecond[] = [];
  private readonly firstEvents: number[] = [];
  private readonly gaps: number[] = [];
  private readonly lateness: number[] = [];
  private readonly failures: Record<string, number> = {};
  private events = 0;

  /** @param begin of what it records, as performance.now() tells */
  constructor(private readonly begin = performance.now()) {}

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
      const sentAt = performance.now();
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
          this.events += seen;
          this.ended(failure ?? (seen === expectedEvents ? null : `${seen} events`), dueAt, sentAt);
          resolve();
        },
      });
    });
  }

  late(byMs: number): void {
    this.lateness.push(byMs);
  }

  /** How quickly one is refused is told without how late we were with asking. */
  private ended(failure: string | null, dueAt: number, sentAt: number): void {
    const now = performance.now();
    const second = (this.seconds[Math.floor((dueAt - this.begin) / 1_000)] ??= { latencies: [], failed: 0 });
    if (failure === null) {
      this.latencies.push(now - dueAt);
      second.latencies.push(now - dueAt);
      return;
    }
    this.failures[failure] = (this.failures[failure] ?? 0) + 1;
    this.failedAfter.push(now - sentAt);
    second.failed += 1;
  }

  result(): LoadResult {
    return {
      answers: this.latencies.length,
      failures: this.failures,
      seconds: (performance.now() - this.begin) / 1_000,
      latencyMs: percentiles(this.latencies),
      ...(this.failedAfter.length > 0 && { failedAfterMs: percentiles(this.failedAfter) }),
      ...(this.lateness.length > 0 && {
        latenessMs: percentiles(this.lateness),
        timelyAnswers: this.latencies.filter((latency) => latency <= timelyMs).length,
        bySecond: this.bySecond(),
      }),
      ...(this.events > 0 && {
        events: this.events,
        firstEventMs: percentiles(this.firstEvents),
        betweenEventsMs: percentiles(this.gaps),
      }),
    };
  }

  private bySecond(): LoadResult['bySecond'] {
    return Array.from(this.seconds, (second) => ({
      answers: second?.latencies.length ?? 0,
      failed: second?.failed ?? 0,
      p99Ms: percentiles(second?.latencies ?? []).p99,
    }));
  }
}
