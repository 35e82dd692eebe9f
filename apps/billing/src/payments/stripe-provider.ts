import Stripe from 'stripe';
import type {
  AutomaticOrder,
  AutomaticResult,
  CheckoutOrder,
  PaymentFacts,
  PaymentProvider,
} from './payment-provider.js';
import { toCents } from './cents.js';
import type { StripeSecrets } from './stripe-secrets.js';
import { paymentIntentSchema, type StripePaymentIntent } from './stripe-wire.js';

const timeoutMs = 10_000;
const productName = 'tokenroute credit';
export const paymentIdKey = 'tokenroute_payment_id';
const accountIdKey = 'tokenroute_account_id';

/** Stripe by its own SDK. Every call that writes has an idempotency key made from our own ids. */
export class StripeProvider implements PaymentProvider {
  private current: { key: string | null; stripe: Stripe } | null = null;

  /** @param apiUrl instead of https://api.stripe.com */
  constructor(
    private readonly secrets: Pick<StripeSecrets, 'key'>,
    private readonly apiUrl: string | undefined,
  ) {}

  /** The SDK keeps the key it was made with, and ours may change. */
  private get stripe(): Stripe {
    const { key } = this.secrets;
    if (this.current?.key !== key) {
      const stripe = new Stripe(key ?? '', {
        ...(this.apiUrl && addressOf(this.apiUrl)),
        timeout: timeoutMs,
        maxNetworkRetries: 2,
        telemetry: false,
        appInfo: { name: 'tokenroute' },
      });
      this.current = { key, stripe };
    }
    return this.current.stripe;
  }

  async createCustomer(accountId: string, email: string): Promise<string> {
    const customer = await this.stripe.customers.create(
      { email, metadata: { [accountIdKey]: accountId } },
      { idempotencyKey: `customer-${accountId}` },
    );
    return customer.id;
  }

  async createCheckout(order: CheckoutOrder): Promise<string> {
    const metadata = { [paymentIdKey]: order.paymentId, [accountIdKey]: order.accountId };
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        customer: order.customer,
        client_reference_id: order.paymentId,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: 'usd',
              unit_amount: toCents(order.amount),
              product_data: { name: productName },
            },
          },
        ],
        success_url: order.successUrl,
        cancel_url: order.cancelUrl,
        // What is paid must be what was asked for, in USD.
        adaptive_pricing: { enabled: false },
        metadata,
        payment_intent_data: {
          metadata,
          // Stripe mails a receipt to this address once it is paid.
          receipt_email: order.email,
          ...(order.savePaymentMethod && { setup_future_usage: 'off_session' as const }),
        },
      },
      { idempotencyKey: `checkout-${order.paymentId}` },
    );
    if (!session.url) throw new Error('stripe answered a checkout session without its page');
    return session.url;
  }

  /**
   * In two steps, so that what is charged is known here before it is charged: Stripe forgets idempotency keys after a day,
   * and a second payment that was never confirmed costs nobody anything.
   */
  async payAutomatically(
    order: AutomaticOrder,
    remember: (paymentIntent: string) => Promise<void>,
  ): Promise<AutomaticResult> {
    let intent = order.paymentIntent
      ? paymentIntentSchema.parse(await this.stripe.paymentIntents.retrieve(order.paymentIntent))
      : await this.createIntent(order);
    if (!order.paymentIntent) await remember(intent.id);
    let reason = 'the payment method was refused';
    if (intent.status === 'requires_confirmation') {
      const confirmed = await this.confirm(intent.id, order);
      reason = confirmed.refusal ?? reason;
      intent = confirmed.intent;
    }
    switch (intent.status) {
      case 'succeeded':
        return { kind: 'paid', facts: toPaymentFacts(intent) };
      case 'processing':
        return { kind: 'processing' };
      case 'canceled':
        return { kind: 'declined', reason };
      default:
        return this.cancel(intent.id, reason);
    }
  }

  async findPayment(paymentIntent: string): Promise<PaymentFacts> {
    return toPaymentFacts(
      paymentIntentSchema.parse(await this.stripe.paymentIntents.retrieve(paymentIntent)),
    );
  }

  async refundsOf(charge: string): Promise<unknown[]> {
    return this.stripe.refunds.list({ charge, limit: 100 }).autoPagingToArray({ limit: 1_000 });
  }

  private async createIntent(order: AutomaticOrder): Promise<StripePaymentIntent> {
    const intent = await this.stripe.paymentIntents.create(
      {
        amount: toCents(order.amount),
        currency: 'usd',
        customer: order.customer,
        payment_method: order.paymentMethod,
        // Nobody is there to be led to another page.
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        receipt_email: order.email,
        description: productName,
        metadata: { [paymentIdKey]: order.paymentId, [accountIdKey]: order.accountId },
      },
      { idempotencyKey: `automatic-${order.paymentId}-${order.attempt}` },
    );
    return paymentIntentSchema.parse(intent);
  }

  private async confirm(
    id: string,
    order: AutomaticOrder,
  ): Promise<{ intent: StripePaymentIntent; refusal?: string }> {
    try {
      const intent = await this.stripe.paymentIntents.confirm(
        id,
        { off_session: true },
        // Stripe repeats a failure of its own for the same key.
        { idempotencyKey: `automatic-confirm-${order.paymentId}-${order.attempt}` },
      );
      return { intent: paymentIntentSchema.parse(intent) };
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeCardError)) throw error;
      const intent = paymentIntentSchema.parse(await this.stripe.paymentIntents.retrieve(id));
      return { intent, refusal: refusalOf(error) };
    }
  }

  /** Cancelled, it cannot be paid any more: only then has it failed for good. */
  private async cancel(id: string, reason: string): Promise<AutomaticResult> {
    await this.stripe.paymentIntents.cancel(id, {}, { idempotencyKey: `automatic-cancel-${id}` });
    return { kind: 'declined', reason };
  }
}

export function toPaymentFacts(intent: StripePaymentIntent): PaymentFacts {
  const { customer, payment_method: paymentMethod } = intent;
  const isSaved = intent.setup_future_usage === 'off_session' && customer && paymentMethod;
  return {
    paymentIntent: intent.id,
    paymentId: intent.metadata?.[paymentIdKey] ?? null,
    succeeded: intent.status === 'succeeded',
    received: intent.amount_received ?? 0,
    currency: intent.currency,
    savedMethod: isSaved ? { customer, paymentMethod, at: new Date(intent.created * 1_000) } : null,
  };
}

/** Stripe's codes are for programs, its messages may quote a card: only the codes are kept. */
function refusalOf(error: { code?: string; decline_code?: string }): string {
  if (error.code === 'authentication_required') return 'the payment method asks for its owner';
  const code = error.decline_code ?? error.code;
  return code ? `the payment method was refused (${code})` : 'the payment method was refused';
}

function addressOf(url: string): { host: string; port?: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, ...(port && { port }), protocol: protocol === 'http:' ? 'http' : 'https' };
}
