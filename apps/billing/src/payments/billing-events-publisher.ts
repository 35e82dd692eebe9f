import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { BillingEvent, billingEventsStream } from '@tokenroute/contracts';
import type { Logger, NatsConnection, PostgresPool } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER, NATS, PAYMENTS_POSTGRES } from '../tokens.js';
import { PollingLoop } from '../polling/polling-loop.js';
import { type BillingEventRow, toBillingEvent } from './to-billing-event.js';

const eventsAtOnce = 100;
const publishTimeoutMs = 5_000;

/**
 * Publishes the outbox. An event is marked once the stream has acknowledged it, so a crash between the two publishes it
 * again, under the same id.
 */
@Injectable()
export class BillingEventsPublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;
  private streamIsThere = false;

  constructor(
    @Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(CONFIG) config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.publishSome(),
      config.PAYMENTS_INTERVAL_MS,
      (error) => {
        // The server may have come back without it.
        this.streamIsThere = false;
        this.logger.warn({ err: error }, 'payments: events cannot be published yet');
      },
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns whether there may be more */
  async publishSome(): Promise<boolean> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<BillingEventRow>({
        name: 'take_billing_events',
        text: `SELECT sequence, id, account_id, kind, details, created_at FROM billing_events
               WHERE published_at IS NULL ORDER BY sequence LIMIT ${eventsAtOnce} FOR UPDATE SKIP LOCKED`,
      });
      if (rows.length > 0) {
        await this.publish(rows);
        await client.query({
          name: 'mark_billing_events',
          text: 'UPDATE billing_events SET published_at = now() WHERE sequence = ANY ($1)',
          values: [rows.map((row) => row.sequence.toString())],
        });
      }
      await client.query('COMMIT');
      return rows.length === eventsAtOnce;
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async publish(rows: BillingEventRow[]): Promise<void> {
    await this.prepareStream();
    const stream = jetstream(this.nats);
    await Promise.all(
      rows.map((row) =>
        stream.publish(
          billingEventsStream.subject(row.kind),
          BillingEvent.encode(toBillingEvent(row)).finish(),
          { msgID: row.id, timeout: publishTimeoutMs },
        ),
      ),
    );
  }

  private async prepareStream(): Promise<void> {
    if (this.streamIsThere) return;
    const manager = await jetstreamManager(this.nats);
    await manager.streams.add({
      name: billingEventsStream.stream,
      subjects: [billingEventsStream.subjects],
      ...billingEventsStream.limits,
    });
    this.streamIsThere = true;
  }
}
