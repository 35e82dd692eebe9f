import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { createPostgresPool, type Logger, type PostgresPool } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { PAYMENT_PROVIDER, PAYMENTS_POSTGRES } from '../tokens.js';
import { AccountFreezeService } from './account-freeze.service.js';
import { AutomaticTopUpRepository } from './automatic-top-up.repository.js';
import { AutomaticTopUpsWorker } from './automatic-top-ups-worker.js';
import { BillingEventsPublisher } from './billing-events-publisher.js';
import { chooseProvider } from './choose-provider.js';
import { DevelopmentPaymentsController } from './development-payments.controller.js';
import { FreezeRepository } from './freeze.repository.js';
import { MoneyMovementsRepository } from './money-movements.repository.js';
import { PaymentEventsService } from './payment-events.service.js';
import { PaymentRepository } from './payment.repository.js';
import { PaymentsController } from './payments.controller.js';
import { StripeEventRepository } from './stripe-event.repository.js';
import { StripeEventService } from './stripe-event.service.js';
import { StripeEventsWorker } from './stripe-events-worker.js';
import { StripeSecrets } from './stripe-secrets.js';
import { StripeWebhookController } from './stripe-webhook.controller.js';
import { TopUpSettingsRepository } from './top-up-settings.repository.js';
import { TopUpSettingsService } from './top-up-settings.service.js';
import { TopUpService } from './top-up.service.js';

/** Three wait for somebody else's servers while they hold one; holds and charges must never wait for those. */
const maxConnections = 6;

@Injectable()
class PaymentConnections implements OnApplicationShutdown {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

export const paymentControllers = [
  PaymentsController,
  StripeWebhookController,
  DevelopmentPaymentsController,
];

export function paymentProviders(config: BillingConfig, logger: Logger): Provider[] {
  const pool = createPostgresPool({
    databaseUrl: config.DATABASE_URL,
    applicationName: 'tokenroute-billing-payments',
    maxConnections,
    logger,
  });
  const secrets = new StripeSecrets(config, logger);
  const chosen = chooseProvider(config, secrets);
  if (chosen.kind === 'development')
    logger.warn('payments: DEVELOPMENT payment page, no money moves (set STRIPE_SECRET_KEY for real ones)');
  if (chosen.kind === 'none')
    logger.warn(
      'payments: STRIPE_SECRET_KEY is not set: nobody can top up, balances grow by granted credit alone',
    );
  return [
    { provide: PAYMENTS_POSTGRES, useValue: pool },
    { provide: PAYMENT_PROVIDER, useValue: chosen },
    { provide: StripeSecrets, useValue: secrets },
    PaymentConnections,
    PaymentRepository,
    MoneyMovementsRepository,
    StripeEventRepository,
    FreezeRepository,
    TopUpSettingsRepository,
    AutomaticTopUpRepository,
    TopUpService,
    TopUpSettingsService,
    AccountFreezeService,
    PaymentEventsService,
    StripeEventService,
    StripeEventsWorker,
    AutomaticTopUpsWorker,
    BillingEventsPublisher,
  ];
}
