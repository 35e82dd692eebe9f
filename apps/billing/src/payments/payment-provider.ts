import type { NanoUsd } from '@tokenroute/money';

export interface CheckoutOrder {
  paymentId: string;
  accountId: string;
  email: string;
  /** The provider's name for the customer. */
  customer: string;
  amount: NanoUsd;
  savePaymentMethod: boolean;
  successUrl: string;
  cancelUrl: string;
}

export interface AutomaticOrder {
  paymentId: string;
  accountId: string;
  email: string;
  customer: string;
  paymentMethod: string;
  amount: NanoUsd;
  /** The payment of an earlier attempt, if there was one. */
  paymentIntent: string | null;
  attempt: number;
}

/** A payment as its provider knows it. */
export interface PaymentFacts {
  paymentIntent: string;
  /** Ours, or null: a payment for something else. */
  paymentId: string | null;
  succeeded: boolean;
  /** What was received, in the smallest unit of the currency. */
  received: number;
  currency: string;
  /** Told when it was kept for later payments. */
  savedMethod: { customer: string; paymentMethod: string; at: Date } | null;
}

export type AutomaticResult =
  | { kind: 'paid'; facts: PaymentFacts }
  /** Refused for good, and certain not to succeed later. */
  | { kind: 'declined'; reason: string }
  /** The provider says it takes longer. */
  | { kind: 'processing' };

/** Whoever moves the money. Every call that changes something may be repeated with the same order. */
export interface PaymentProvider {
  /** The provider's name for a customer, made when there is none. */
  createCustomer(accountId: string, email: string): Promise<string>;
  /** @returns the page on which it is paid */
  createCheckout(order: CheckoutOrder): Promise<string>;
  /** @param remember stores the payment's id before anything is charged */
  payAutomatically(
    order: AutomaticOrder,
    remember: (paymentIntent: string) => Promise<void>,
  ): Promise<AutomaticResult>;
  findPayment(paymentIntent: string): Promise<PaymentFacts>;
  refundsOf(charge: string): Promise<unknown[]>;
}
