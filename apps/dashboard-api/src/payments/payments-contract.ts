import { z } from 'zod';
import { nanoUsdText, timestamp, uuid } from '../contract-primitives.js';

const payment = z.object({
  id: uuid,
  kind: z.enum(['checkout', 'automatic']),
  /** held: for an operator to look at. */
  state: z.enum(['open', 'credited', 'failed', 'expired', 'held']),
  amountNanoUsd: nanoUsdText,
  /** Went back to the payer. */
  refundedNanoUsd: nanoUsdText,
  /** Taken back by the payer's bank. */
  disputedNanoUsd: nanoUsdText,
  /** Why it failed or is held; empty else. */
  problem: z.string(),
  createdAt: timestamp,
  creditedAt: timestamp.nullable(),
});

export const paymentsAnswer = z
  .object({ payments: z.array(payment), nextPageToken: z.string().nullable() })
  .meta({ id: 'Payments' });

export const createTopUpBody = z
  .object({
    /** Chosen by the page: the same id again is the same top-up. */
    id: uuid,
    /** Whole US cents. */
    amountNanoUsd: nanoUsdText,
    /** Keeps the payment method for automatic top-ups. */
    savePaymentMethod: z.boolean(),
  })
  .meta({ id: 'NewTopUp' });

/** Where it is paid. */
export const topUpAnswer = z.object({ id: uuid, checkoutUrl: z.string() }).meta({ id: 'TopUp' });

const chosenSettings = z.object({
  /** Told when the balance falls below it; null: not told. */
  lowBalanceNanoUsd: nanoUsdText.nullable(),
  /** Null: none. */
  automatic: z
    .object({
      thresholdNanoUsd: nanoUsdText,
      amountNanoUsd: nanoUsdText,
      /** The most that is paid in a calendar month (UTC). */
      monthlyCapNanoUsd: nanoUsdText,
    })
    .nullable(),
});

export const topUpSettingsBody = chosenSettings.meta({ id: 'TopUpSettingsChoice' });

export const topUpSettingsAnswer = chosenSettings
  .extend({
    hasPaymentMethod: z.boolean(),
    /** Why the automatic top-up does nothing at present; null: it is at work. */
    pausedReason: z.string().nullable(),
  })
  .meta({ id: 'TopUpSettings' });

export type PaymentsAnswer = z.infer<typeof paymentsAnswer>;
export type CreateTopUpBody = z.infer<typeof createTopUpBody>;
export type TopUpAnswer = z.infer<typeof topUpAnswer>;
export type TopUpSettingsBody = z.infer<typeof topUpSettingsBody>;
export type TopUpSettingsAnswer = z.infer<typeof topUpSettingsAnswer>;
