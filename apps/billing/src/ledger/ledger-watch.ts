import { performance } from 'node:perf_hooks';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { InvariantResult } from '@tokenroute/contracts';
import { type Logger, meter, type PostgresConnection, type PostgresPool } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER, REPORTS } from '../tokens.js';
import { verifyOn } from './verify-ledger.js';

/** Who has it among all of billing's processes watches the ledger. */
export const watchLockId = 72_707_370;
/** A proof reads every row. However large the ledger grows, it takes a tenth of one connection's time and no more. */
const restPerCheck = 9;

/**
 * Proves the whole ledger again and again: every LEDGER_CHECK_INTERVAL_MS, less often once a proof takes long. A broken
 * invariant is an error in the log, which is an alarm, and a number at /metrics. Of several processes the one that holds
 * the lock does it, until it ends or loses its connection; the others take its place then, and tell nothing before.
 */
@Injectable()
export class LedgerWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private connection: PostgresConnection | undefined;
  private last: { results: InvariantResult[]; checkedAtMs: number; tookMs: number } | undefined;
  private ending = false;

  constructor(
    @Inject(REPORTS) private readonly pool: PostgresPool,
    @Inject(CONFIG) private readonly config: Pick<BillingConfig, 'LEDGER_CHECK_INTERVAL_MS'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.offerMetrics();
  }

  onApplicationBootstrap(): void {
    void this.watch();
  }

  beforeApplicationShutdown(): void {
    this.ending = true;
    clearTimeout(this.timer);
    this.giveUp();
  }

  private async watch(): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.check();
    } catch (error) {
      this.giveUp();
      if (!this.ending) this.logger.warn({ err: error }, 'ledger: could not be checked');
    }
    if (this.ending) return;
    const restMs = (performance.now() - startedAt) * restPerCheck;
    this.timer = setTimeout(() => void this.watch(), Math.max(this.config.LEDGER_CHECK_INTERVAL_MS, restMs));
  }

  private async check(): Promise<void> {
    const connection = this.connection ?? (await this.takeLock());
    if (!connection) return;
    const startedAt = performance.now();
    const results = await verifyOn(connection);
    // Given up meanwhile, this process has no say any more.
    if (this.connection !== connection) return;
    this.last = { results, checkedAtMs: Date.now(), tookMs: performance.now() - startedAt };
    for (const { invariant, violations, rows } of results) {
      if (violations > 0) this.logger.error({ invariant, violations, rows }, 'ledger: invariant broken');
    }
  }

  /** The lock is the connection's: it is free again the moment that this process or its connection is gone. */
  private async takeLock(): Promise<PostgresConnection | undefined> {
    const connection = await this.pool.connect();
    let taken = false;
    try {
      const { rows } = await connection.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock($1) AS taken',
        [watchLockId],
      );
      taken = rows[0]!.taken && !this.ending;
    } finally {
      // Closed, so that no lock is left with a connection nobody watches.
      if (!taken) connection.release(true);
    }
    if (!taken) return undefined;
    // Nobody else listens while the pool has given it away, and unheard its error would end the process.
    connection.on('error', (error) => {
      this.logger.warn({ reason: error.message }, 'ledger: connection lost');
      if (this.connection === connection) this.giveUp();
    });
    this.connection = connection;
    return connection;
  }

  /** What another process may find by now is not told by this one any more. */
  private giveUp(): void {
    const connection = this.connection;
    this.connection = undefined;
    this.last = undefined;
    connection?.release(true);
  }

  private offerMetrics(): void {
    meter
      .createObservableGauge('tokenroute.ledger.violations', {
        unit: '{row}',
        description: 'Rows that break an invariant of the ledger, as of the last check',
      })
      .addCallback((result) => {
        for (const { invariant, violations } of this.last?.results ?? [])
          result.observe(violations, { invariant });
      });
    meter
      .createObservableGauge('tokenroute.ledger.checked_at', {
        unit: 's',
        description: 'When every invariant was last checked, in seconds since 1970',
      })
      .addCallback((result) => {
        if (this.last) result.observe(this.last.checkedAtMs / 1_000);
      });
    meter
      .createObservableGauge('tokenroute.ledger.check.duration', {
        unit: 's',
        description: 'Time that the last check of every invariant took',
      })
      .addCallback((result) => {
        if (this.last) result.observe(this.last.tookMs / 1_000);
      });
  }
}
