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
const transactionsPerStep = 20_000;

/**
 * Adds usage up by hour and movements by day, behind the ledger. The row that says how far it came is written together with
 * the sums, so that a step is done or not done, whoever dies. Several may run: one at a time does a step.
 */
@Injectable()
export class UsageRollup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;

  constructor(
    @Inject(REPORTS) private readonly pool: PostgresPool,
    @Inject(CONFIG) config: Pick<BillingConfig, 'USAGE_ROLLUP_INTERVAL_MS'>,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.step(),
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

  /** @returns whether more is due */
  async step(): Promise<boolean> {
    const { rows } = await this.pool.query<{ more: boolean }>({
      name: 'roll_up_usage',
      text: 'SELECT roll_up_usage(make_interval(secs => $1), $2, $3) AS more',
      values: [graceSeconds, reportsApplicationName, transactionsPerStep],
    });
    return rows[0]!.more;
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
