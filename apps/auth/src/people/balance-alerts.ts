import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { BillingEvent, billingEventsStream } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import {
  type JetStreamManager,
  type JsMsg,
  type Logger,
  type NatsConnection,
  type PostgresConnection,
  type PostgresPool,
  QueueConsumer,
} from '@tokenroute/service-kit';
import { lowBalanceMail } from './mail-texts.js';
import { loggable, type Mailer } from './mailer.js';
import { may, roles } from './role-matrix.js';

const secondInNanoseconds = 1_000_000_000;
/** Until then an alert that no mail server took is tried again; later it is no news. */
const newsForMs = 24 * 3_600_000;
/** Longer than the same event may come again. */
const rememberedFor = '7 days';
const whoMayPay = roles.filter((role) => may(role, 'billing:pay'));

export interface BalanceAlertsOptions {
  publicUrl: string;
  /** Of the durable consumer that every process of this service takes from. */
  consumer: string;
  /** After a mail server did not take one. */
  retryAfterMs: number;
}

type LowBalance = { eventId: string; balanceNanoUsd: bigint; thresholdNanoUsd: bigint };

interface Recipient {
  personId: string;
  email: string;
  organisation: string;
}

/**
 * Tells those who may pay for an organisation, by mail, that billing saw its balance fall below their threshold. Billing tells
 * that once, until the balance was above it again; here an event that comes again tells nobody a second time.
 */
export class BalanceAlerts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private queue: QueueConsumer | undefined;
  private ending = false;

  constructor(
    private readonly connecting: Promise<NatsConnection>,
    private readonly pool: PostgresPool,
    private readonly mailer: Mailer,
    private readonly options: BalanceAlertsOptions,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.connecting.then(
      (nats) => {
        if (this.ending) return;
        this.queue = new QueueConsumer(nats, {
          stream: billingEventsStream.stream,
          consumer: this.options.consumer,
          maxMessages: 10,
          prepare: (manager) => prepare(manager, this.options.consumer),
          handle: (message) => this.handle(message),
          // Billing makes the stream with its first event.
          onTrouble: (error) => this.logger.debug({ err: error }, 'balance alerts: no events yet'),
        });
        this.queue.start();
      },
      // Told by who else waits for the connection.
      () => undefined,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.queue?.close();
  }

  private async handle(message: JsMsg): Promise<void> {
    const event = decoded(message);
    if (!event) {
      this.logger.error('balance alerts: an event cannot be read, and is left out');
      return message.term();
    }
    try {
      if (event.event?.$case === 'balanceLow' && isNews(event)) {
        await this.tellOf(event.accountId, { eventId: event.id, ...event.event.value });
      }
      message.ack();
    } catch (error) {
      this.logger.warn(loggable(error), 'balance alerts: to be sent again');
      message.nak(this.options.retryAfterMs);
    }
  }

  private async tellOf(organisationId: string, alert: LowBalance): Promise<void> {
    await this.pool.query(`DELETE FROM balance_alerts WHERE sent_at < now() - interval '${rememberedFor}'`);
    for (const recipient of await this.recipients(organisationId)) await this.tell(recipient, alert);
  }

  private async recipients(organisationId: string): Promise<Recipient[]> {
    const { rows } = await this.pool.query<Recipient>(
      `SELECT people.id AS "personId", people.email, organisations.name AS organisation
       FROM memberships
       JOIN people ON people.id = memberships.person_id
       JOIN organisations ON organisations.id = memberships.organisation_id
       WHERE memberships.organisation_id = $1 AND memberships.role = ANY ($2) AND people.email_verified
       ORDER BY memberships.created_at, memberships.id`,
      [organisationId, whoMayPay],
    );
    return rows;
  }

  /** The row is written before the mail is sent and committed after it, so that another process waits for it and finds it. */
  private async tell({ personId, email, organisation }: Recipient, alert: LowBalance): Promise<void> {
    const { publicUrl } = this.options;
    const connection = await this.pool.connect();
    let failed = true;
    try {
      await connection.query('BEGIN');
      if (await remember(connection, alert.eventId, personId)) {
        await this.mailer.deliver(
          email,
          lowBalanceMail(
            organisation,
            { balance: formatUsd(alert.balanceNanoUsd), threshold: formatUsd(alert.thresholdNanoUsd) },
            `${publicUrl}/dashboard/billing`,
          ),
          // Who dies between sending and committing sends it again: under the same id.
          `<balance-low.${alert.eventId}.${personId}@${new URL(publicUrl).hostname}>`,
        );
      }
      await connection.query('COMMIT');
      failed = false;
    } finally {
      // One that failed is given up, and its transaction with it.
      connection.release(failed);
    }
  }
}

function decoded(message: JsMsg): BillingEvent | null {
  try {
    return BillingEvent.decode(message.data);
  } catch {
    return null;
  }
}

/** Whether it was not told before. */
async function remember(connection: PostgresConnection, eventId: string, personId: string): Promise<boolean> {
  const { rowCount } = await connection.query(
    'INSERT INTO balance_alerts (event_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [eventId, personId],
  );
  return rowCount === 1;
}

function isNews({ createdAt }: BillingEvent): boolean {
  return createdAt !== undefined && Date.now() - createdAt.getTime() < newsForMs;
}

async function prepare(manager: JetStreamManager, consumer: string): Promise<void> {
  await manager.consumers.add(billingEventsStream.stream, {
    durable_name: consumer,
    ack_policy: AckPolicy.Explicit,
    // Some mails, each of which a server may take its time for.
    ack_wait: 120 * secondInNanoseconds,
    deliver_policy: DeliverPolicy.All,
    filter_subject: billingEventsStream.subject('balance-low'),
  });
}
