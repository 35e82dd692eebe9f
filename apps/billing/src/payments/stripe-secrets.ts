import { ConfigError, type Logger, openSecret, readSecretLines } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';

/** What proves us to Stripe and Stripe to us: as it is now, because the files it may come from change while billing runs. */
export class StripeSecrets {
  private readonly keys: { readonly value: readonly string[] } | null;
  private readonly webhooks: { readonly value: readonly string[] } | null;

  /** @throws ConfigError naming the variable */
  constructor(config: BillingConfig, logger: Logger) {
    this.keys = openSecret({
      variable: 'STRIPE_SECRET_KEY',
      text: config.STRIPE_SECRET_KEY,
      file: config.STRIPE_SECRET_KEY_FILE,
      read: readOne,
      logger,
    });
    this.webhooks = openSecret({
      variable: 'STRIPE_WEBHOOK_SECRET',
      text: config.STRIPE_WEBHOOK_SECRET,
      file: config.STRIPE_WEBHOOK_SECRET_FILE,
      read: readSecretLines,
      logger,
    });
  }

  /** Null: there is no Stripe, now and later. */
  get key(): string | null {
    return this.keys?.value[0] ?? null;
  }

  /** Each signs for Stripe: while one is replaced by another, both. */
  get webhookSecrets(): readonly string[] {
    return this.webhooks?.value ?? [];
  }
}

function readOne(text: string, source: string): readonly string[] {
  const keys = readSecretLines(text, source);
  if (keys.length > 1) throw new ConfigError(`${source}: has more than one key`);
  return keys;
}
