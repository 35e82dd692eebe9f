import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchSystem } from '../bench-system.js';
import { median } from '../percentiles.js';
import { type GatewayNumbers, readGatewayNumbers } from './gateway-numbers.js';
import { type Figure, judged, ms, told } from './measurements.js';

const askEveryMs = 1_000;

/** Asks a gateway all the time whether it is alive, each time on a new connection as Kubernetes does, and how late its event loop is. */
export class HealthWatch {
  private readonly times: number[] = [];
  private readonly numbers: GatewayNumbers[] = [];
  private readonly failures: string[] = [];
  private ended = false;
  private readonly watching: Promise<void>;

  constructor(private readonly system: BenchSystem) {
    this.watching = this.watch();
  }

  async end(): Promise<Figure[]> {
    this.ended = true;
    await this.watching;
    const { numbers, failures, times } = this;
    const answered = `${times.length} times, in at most ${ms(Math.max(0, ...times))}`;
    return [
      judged(
        'health and metrics were answered',
        failures.length === 0 ? answered : failures.join(', '),
        'always',
        times.length > 0 && failures.length === 0,
      ),
      told(
        "the gateway's event loop was late, second by second (median of the p99, longest)",
        `${ms(median(numbers.map(({ loopDelayP99Ms }) => loopDelayP99Ms)))}, ` +
          ms(Math.max(...numbers.map(({ loopDelayMaxMs }) => loopDelayMaxMs))),
      ),
    ];
  }

  private async watch(): Promise<void> {
    while (!this.ended) {
      await this.ask(async () => {
        const url = new URL('/healthz', this.system.metricsUrl('gateway'));
        const [answer] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
        await once(answer.resume(), 'end');
        if (answer.statusCode !== 200) throw new Error(`health: ${answer.statusCode}`);
      });
      await this.ask(async () => {
        this.numbers.push(await readGatewayNumbers(this.system.metricsUrl('gateway')));
      });
      await delay(askEveryMs);
    }
  }

  private async ask(question: () => Promise<void>): Promise<void> {
    const begunAt = performance.now();
    try {
      await question();
      this.times.push(performance.now() - begunAt);
    } catch (error) {
      this.failures.push((error as Error).message);
    }
  }
}
