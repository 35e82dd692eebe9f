import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger, PostgresPool } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { PollingLoop } from '../polling/polling-loop.js';
import { CONFIG, LOGGER, REPORTS } from '../tokens.js';

const intervalMs = 3_600_000;
const rowsPerStep = 1_000;

/**
 * Removes details older than RETENTION_DAYS: released holds, and what payment events said. Several may run: a row that one of
 * them has is not another's.
 */
@Injectable()
export class RetentionWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;

  constructor(
    @Inject(REPORTS) private readonly pool: PostgresPool,
    @Inject(CONFIG) private readonly config: Pick<BillingConfig, 'RETENTION_DAYS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.step(),
      intervalMs,
      (error) => this.logger.warn({ err: error }, 'retention: could not remove what is old'),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns whether there may be more */
  async step(): Promise<boolean> {
    const holds = await this.remove('remove_released_holds');
    const events = await this.remove('empty_stripe_events');
    if (holds + events > 0) this.logger.info({ holds, events }, 'retention: removed');
    return holds === rowsPerStep || events === rowsPerStep;
  }

  private async remove(what: 'remove_released_holds' | 'empty_stripe_events'): Promise<number> {
    const { rows } = await this.pool.query<{ removed: number }>({
      name: what,
      text: `SELECT ${what}(make_interval(days => $1), $2) AS removed`,
      values: [this.config.RETENTION_DAYS, rowsPerStep],
    });
    return rows[0]!.removed;
  }
}
