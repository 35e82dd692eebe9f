import { Metadata } from '@grpc/grpc-js';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import {
  BillingAdminServiceClient,
  type CreateAccountRequest,
  type CreateAccountResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  callUnary,
  grpcChannel,
  type Logger,
  type PostgresPool,
  type TlsConfig,
} from '@tokenroute/service-kit';

const answerWithinMs = 5_000;
const sweepEveryMs = 15_000;
const mostAtOnce = 50;

/**
 * Sees to it that every organisation has its account in billing, under the organisation's own id. Asking again is harmless,
 * so what failed is asked again: at once when an organisation is made, then by a sweep.
 */
export class BillingAccounts implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly client: BillingAdminServiceClient;
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    config: TlsConfig & { BILLING_ADDRESS: string },
    private readonly pool: PostgresPool,
    private readonly logger: Logger,
  ) {
    this.client = new BillingAdminServiceClient(config.BILLING_ADDRESS, ...grpcChannel(config, 'billing'));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), sweepEveryMs);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
    this.client.close();
  }

  /** Asks for every account that is missing, one sweep after the other. Never fails. */
  sweep(): Promise<void> {
    this.sweeping = this.sweeping.then(() =>
      this.askForMissing().catch((error: unknown) => {
        this.logger.warn({ reason: (error as Error).message }, 'billing accounts: to be asked for again');
      }),
    );
    return this.sweeping;
  }

  private async askForMissing(): Promise<void> {
    const { rows } = await this.pool.query<{ id: string; email: string }>(
      `SELECT organisations.id, owner.email
       FROM organisations
       CROSS JOIN LATERAL (
         SELECT people.email FROM memberships JOIN people ON people.id = memberships.person_id
         WHERE memberships.organisation_id = organisations.id AND memberships.role = 'owner'
         ORDER BY memberships.created_at LIMIT 1
       ) AS owner
       WHERE organisations.billing_account_at IS NULL
       ORDER BY organisations.created_at LIMIT $1`,
      [mostAtOnce],
    );
    for (const { id, email } of rows) {
      try {
        await this.askFor(id, email);
      } catch (error) {
        // One that billing refuses must not keep the others from theirs.
        if (!(error instanceof Fault) || error.code === 'unavailable') throw error;
        this.logger.error({ organisationId: id, reason: error.publicMessage }, 'billing account: refused');
      }
    }
  }

  private async askFor(id: string, email: string): Promise<void> {
    await callUnary<CreateAccountRequest, CreateAccountResponse>(
      this.client.createAccount.bind(this.client),
      { id, email, creditNanoUsd: 0n },
      new Metadata(),
      answerWithinMs,
    );
    await this.pool.query('UPDATE organisations SET billing_account_at = now() WHERE id = $1', [id]);
  }
}
