import { setTimeout as delay } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Logger, meter, type PostgresPool } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { PollingLoop } from '../polling/polling-loop.js';
import { CONFIG, LOGGER, REPORTS, reportsApplicationName } from '../tokens.js';

/** What is charged this long after its transaction began is still seen in time: see ledger_horizon. */
const graceSeconds = 10;
/** A step takes about a tenth of a second of PostgreSQL's processor, and the rest after it leaves that to holds and charges. */
export const smallStep = 5_000;
const restPerStep = 3;
/** Who is so many small steps behind catches up in large ones, without a rest: a transaction costs less in them. */
export const smallStepsInARow = 100;
export const largeStep = 20_000;

/**
 * Adds usage up by hour and movements by day, behind the ledger. The row that says how far it came is written together with
 * the sums, so that a step is done or not done, whoever dies. Several may run: one at a time does a step.
 */
@Injectable()
export class UsageRollup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;
  private stepsInARow = 0;

  constructor(
    @Inject(REPORTS) private readonly pool: PostgresPool,
    @Inject(CONFIG) config: Pick<BillingConfig, 'USAGE_ROLLUP_INTERVAL_MS'>,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.stepAndRest(),
      config.USAGE_ROLLUP_INTERVAL_MS,
      (error) => logger.warn({ err: error }, 'usage: could not be added up'),
    );
  }

  onApplicationBootstrap(): void {
    this.offerMetrics();
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async stepAndRest(): Promise<boolean> {
    const startedAt = performance.now();
    const isBehind = this.isBehind;
    const more = await this.step();
    if (more && !isBehind) await delay((performance.now() - startedAt) * restPerStep);
    return more;
  }

  private get isBehind(): boolean {
    return this.stepsInARow >= smallStepsInARow;
  }

  /** @returns whether more is due */
  async step(): Promise<boolean> {
    const { rows } = await this.pool.query<{ more: boolean }>({
      name: 'roll_up_usage',
      text: 'SELECT roll_up_usage(make_interval(secs => $1), $2, $3) AS more',
      values: [graceSeconds, reportsApplicationName, this.isBehind ? largeStep : smallStep],
    });
    const { more } = rows[0]!;
    this.stepsInARow = more ? this.stepsInARow + 1 : 0;
    return more;
  }

  private offerMetrics(): void {
    meter
      .createObservableGauge('tokenroute.usage.behind', {
        unit: 's',
        description: 'Age of the newest moment up to which usage is added up',
      })
      .addCallback(async (result) => {
        const { rows } = await this.pool.query<{ seconds: number | null }>(
          `SELECT extract(epoch FROM now() - nullif(usage_rolled_up_until(), '-infinity'))::float8 AS seconds`,
        );
        // Null before the first step of all.
        if (rows[0]!.seconds !== null) result.observe(rows[0]!.seconds);
      });
  }
}
