import { Inject, Injectable } from '@nestjs/common';
import { validate } from 'uuid';
import { PAYMENT_PROVIDER } from '../tokens.js';
import type { ChosenProvider } from './choose-provider.js';
import { disputeFacts } from './dispute-facts.js';
import { MoneyMovementsRepository } from './money-movements.repository.js';
import type { PaymentFacts, PaymentProvider } from './payment-provider.js';
import { PaymentRepository } from './payment.repository.js';
import type { EventOutcome, StoredEvent } from './stripe-event.repository.js';
import { paymentIdKey, toPaymentFacts } from './stripe-provider.js';
import {
  chargeSchema,
  checkoutSessionSchema,
  disputeSchema,
  paymentIntentSchema,
  paymentMethodSchema,
  refundSchema,
  stripeEventSchema,
} from './stripe-wire.js';

const processed: EventOutcome = { kind: 'processed' };
const ignored: EventOutcome = { kind: 'ignored' };

/** What an event of the payment provider changes. Each may come again, or in any order. */
@Injectable()
export class StripeEventService {
  constructor(
    private readonly movements: MoneyMovementsRepository,
    private readonly payments: PaymentRepository,
    @Inject(PAYMENT_PROVIDER) private readonly chosen: ChosenProvider,
  ) {}

  async process({ type, payload }: StoredEvent): Promise<EventOutcome> {
    const { object } = stripeEventSchema.parse(JSON.parse(payload)).data;
    switch (type) {
      case 'payment_intent.succeeded':
        return this.credit(toPaymentFacts(paymentIntentSchema.parse(object)));
      case 'checkout.session.completed':
      case 'checkout.session.async_payment_succeeded':
        return this.creditCheckout(object);
      case 'checkout.session.expired':
        return this.endCheckout(object, 'expired', 'the payment page was not used');
      case 'checkout.session.async_payment_failed':
        return this.endCheckout(object, 'failed', 'the payment was refused');
      case 'charge.refunded':
        return this.refundCharge(object);
      case 'refund.created':
      case 'refund.updated':
      case 'refund.failed':
      case 'charge.refund.updated':
        return this.refund(object);
      case 'charge.dispute.created':
      case 'charge.dispute.updated':
      case 'charge.dispute.funds_withdrawn':
      case 'charge.dispute.funds_reinstated':
      case 'charge.dispute.closed':
        return this.dispute(type, object);
      case 'payment_method.detached':
        await this.payments.forgetPaymentMethod(paymentMethodSchema.parse(object).id);
        return processed;
      default:
        return ignored;
    }
  }

  /** Credits a payment that succeeded, whoever told of it. */
  async credit(facts: PaymentFacts): Promise<EventOutcome> {
    const { paymentId, savedMethod } = facts;
    if (!paymentId || !validate(paymentId)) return ignored;
    if (!facts.succeeded) return { kind: 'again', problem: 'the payment has not succeeded yet' };
    const outcome = await this.movements.applyPayment({ ...facts, paymentId });
    switch (outcome) {
      case 'credited':
      case 'already-credited':
        if (savedMethod) {
          const { customer, paymentMethod, at } = savedMethod;
          await this.payments.storePaymentMethod(customer, paymentMethod, at);
        }
        return processed;
      case 'held':
        return { kind: 'held', problem: 'what was paid is not what was asked for, or was paid twice' };
      case 'unknown-payment':
        return { kind: 'held', problem: 'paid for a top-up that is not known here' };
      default:
        return outcome satisfies never;
    }
  }

  /** The session only says which payment to ask for: amount and currency are the payment's own. */
  private async creditCheckout(object: unknown): Promise<EventOutcome> {
    const session = checkoutSessionSchema.parse(object);
    if (!session.metadata?.[paymentIdKey]) return ignored;
    if (!session.payment_intent) return { kind: 'held', problem: 'a payment page without a payment' };
    const facts = await this.provider().findPayment(session.payment_intent);
    // Paid by a bank that takes days: another event tells when it succeeded or failed.
    return facts.succeeded ? this.credit(facts) : processed;
  }

  private async endCheckout(
    object: unknown,
    state: 'failed' | 'expired',
    problem: string,
  ): Promise<EventOutcome> {
    const id = checkoutSessionSchema.parse(object).metadata?.[paymentIdKey];
    if (!id || !validate(id)) return ignored;
    await this.payments.end(id, state, problem);
    return processed;
  }

  /** The charge tells only a sum, which changes; its refunds each have an id. */
  private async refundCharge(object: unknown): Promise<EventOutcome> {
    for (const refund of await this.provider().refundsOf(chargeSchema.parse(object).id)) {
      const outcome = await this.refund(refund);
      if (outcome.kind !== 'processed') return outcome;
    }
    return processed;
  }

  private async refund(object: unknown): Promise<EventOutcome> {
    const { id, amount, currency, payment_intent: paymentIntent, status } = refundSchema.parse(object);
    if (!paymentIntent) return ignored;
    const failed = status === 'failed' || status === 'canceled';
    return this.withPayment(paymentIntent, `refund ${id}`, () =>
      this.movements.applyRefund({ id, paymentIntent, amount, currency, failed }),
    );
  }

  private async dispute(type: string, object: unknown): Promise<EventOutcome> {
    const dispute = disputeSchema.parse(object);
    const { id, amount, currency, payment_intent: paymentIntent } = dispute;
    if (!paymentIntent) return ignored;
    const reason = `payment disputed (${dispute.reason ?? 'no reason given'})`;
    return this.withPayment(paymentIntent, `dispute ${id}`, () =>
      this.movements.applyDispute(
        { id, paymentIntent, amount, currency, reason },
        disputeFacts(type, dispute),
      ),
    );
  }

  /** Applies what follows a payment. Heard of before it, the payment is asked for and credited first. */
  private async withPayment(
    paymentIntent: string,
    what: string,
    apply: () => Promise<'payment-not-credited' | 'held' | (string & {})>,
  ): Promise<EventOutcome> {
    let outcome = await apply();
    if (outcome === 'payment-not-credited') {
      const credited = await this.credit(await this.provider().findPayment(paymentIntent));
      if (credited.kind !== 'processed') return credited;
      outcome = await apply();
    }
    if (outcome === 'payment-not-credited')
      return { kind: 'again', problem: `${what} waits for its payment` };
    if (outcome === 'held')
      return { kind: 'held', problem: `${what} is not in usd, or not what it was before` };
    return processed;
  }

  private provider(): PaymentProvider {
    if (this.chosen.kind === 'none') throw new Error('no payment provider is configured');
    return this.chosen.provider;
  }
}
