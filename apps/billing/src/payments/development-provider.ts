import { toCents } from './cents.js';
import type {
  AutomaticOrder,
  AutomaticResult,
  CheckoutOrder,
  PaymentFacts,
  PaymentProvider,
} from './payment-provider.js';

export const developmentPaymentsPath = 'development-payments';
const paymentMethod = 'development-payment-method';

/** Takes Stripe's place while there is no key: no money moves, and the page says so. Never in production. */
export class DevelopmentProvider implements PaymentProvider {
  /** @param baseUrl where a browser reaches this service's HTTP port */
  constructor(private readonly baseUrl: string) {}

  createCustomer(accountId: string): Promise<string> {
    return Promise.resolve(developmentCustomer(accountId));
  }

  createCheckout(order: CheckoutOrder): Promise<string> {
    return Promise.resolve(`${this.baseUrl}/${developmentPaymentsPath}/${order.paymentId}`);
  }

  payAutomatically(order: AutomaticOrder): Promise<AutomaticResult> {
    const facts = developmentPayment({ ...order, id: order.paymentId, savePaymentMethod: false });
    return Promise.resolve({ kind: 'paid', facts });
  }

  findPayment(): Promise<PaymentFacts> {
    return Promise.reject(new Error('there is no payment provider'));
  }

  refundsOf(): Promise<unknown[]> {
    return Promise.resolve([]);
  }
}

/** A payment as if it had been made. */
export function developmentPayment(payment: {
  id: string;
  accountId: string;
  amount: bigint;
  savePaymentMethod: boolean;
}): PaymentFacts {
  const customer = developmentCustomer(payment.accountId);
  return {
    paymentIntent: `development-${payment.id}`,
    paymentId: payment.id,
    succeeded: true,
    received: toCents(payment.amount),
    currency: 'usd',
    savedMethod: payment.savePaymentMethod ? { customer, paymentMethod, at: new Date() } : null,
  };
}

function developmentCustomer(accountId: string): string {
  return `development-${accountId}`;
}
