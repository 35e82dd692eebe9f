import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER, PAYMENT_PROVIDER } from '../tokens.js';
import { type AttemptOutcome, AutomaticTopUpRepository } from './automatic-top-up.repository.js';
import type { ChosenProvider } from './choose-provider.js';
import { loggableError } from './loggable-error.js';
import type { AutomaticOrder, PaymentProvider } from './payment-provider.js';
import { PollingLoop } from '../polling/polling-loop.js';
import { StripeEventService } from './stripe-event.service.js';

const begunAtOnce = 100;

/**
 * Looks after accounts that have settings: tells of low balances, and pays for those whose threshold was passed. Charges
 * wait for none of it: the balances are looked at, not reported.
 */
@Injectable()
export class AutomaticTopUpsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;

  constructor(
    private readonly topUps: AutomaticTopUpRepository,
    private readonly events: StripeEventService,
    @Inject(PAYMENT_PROVIDER) private readonly chosen: ChosenProvider,
    @Inject(CONFIG) config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.lookAfter(),
      config.PAYMENTS_INTERVAL_MS,
      (error) => this.logger.warn({ err: error }, 'payments: balances cannot be looked at'),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** @returns whether there may be more to do */
  async lookAfter(): Promise<boolean> {
    await this.topUps.watchLowBalances();
    if (this.chosen.kind === 'none') return false;
    const { provider } = this.chosen;
    await this.topUps.begin(begunAtOnce);
    return this.topUps.tryOne((order) => this.attempt(provider, order));
  }

  private async attempt(provider: PaymentProvider, order: AutomaticOrder): Promise<AttemptOutcome> {
    const about = { payment: order.paymentId, attempt: order.attempt };
    try {
      // With a payment under way, its own state says what to do.
      if (!order.paymentMethod && !order.paymentIntent)
        return { kind: 'failed', reason: 'there is no payment method any more' };
      const result = await provider.payAutomatically(order, (intent) =>
        this.topUps.rememberIntent(order.paymentId, intent),
      );
      switch (result.kind) {
        case 'paid': {
          const credited = await this.events.credit(result.facts);
          if (credited.kind === 'processed') return { kind: 'done' };
          this.logger.error(
            { ...about, alarm: true },
            'payments: an automatic top-up was paid and not credited',
          );
          return { kind: 'again', problem: 'paid, and not credited' };
        }
        case 'declined':
          this.logger.info({ ...about, reason: result.reason }, 'payments: automatic top-up refused');
          return { kind: 'failed', reason: result.reason };
        case 'processing':
          return { kind: 'again', problem: 'the payment provider says it takes longer' };
        default:
          return result satisfies never;
      }
    } catch (error) {
      this.logger.warn(
        { ...loggableError(error), ...about },
        'payments: automatic top-up failed, trying again',
      );
      return { kind: 'again', problem: 'the payment provider does not answer' };
    }
  }
}
