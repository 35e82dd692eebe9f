import type { BillingConfig } from '../config.js';
import { DevelopmentProvider } from './development-provider.js';
import type { PaymentProvider } from './payment-provider.js';
import { StripeProvider } from './stripe-provider.js';
import type { StripeSecrets } from './stripe-secrets.js';

/** Who moves the money: Stripe with a key, else the development page, else nobody. */
export type ChosenProvider =
  | { kind: 'stripe'; provider: PaymentProvider }
  | { kind: 'development'; provider: PaymentProvider }
  | { kind: 'none' };

export function chooseProvider(config: BillingConfig, secrets: StripeSecrets): ChosenProvider {
  if (secrets.key !== null)
    return { kind: 'stripe', provider: new StripeProvider(secrets, config.STRIPE_API_URL) };
  // A customer must never be credited for a payment that nobody made.
  if (config.NODE_ENV === 'production' || config.DEVELOPMENT_PAYMENTS === 'off') return { kind: 'none' };
  const url = config.DEVELOPMENT_PAYMENTS_URL ?? `http://127.0.0.1:${config.HTTP_PORT}`;
  return { kind: 'development', provider: new DevelopmentProvider(url.replace(/\/$/, '')) };
}
