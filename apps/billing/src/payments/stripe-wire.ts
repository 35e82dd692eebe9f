import { z } from 'zod';

// What is read of Stripe's objects, whichever API version the webhook endpoint was made with: little, and tolerant of the
// rest. https://docs.stripe.com/api/events/types

/** An object by its id, or the object itself where it was expanded. */
const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

export const stripeEventSchema = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});
export type StripeEvent = z.infer<typeof stripeEventSchema>;

/** https://docs.stripe.com/api/checkout/sessions/object */
export const checkoutSessionSchema = z.object({
  id: z.string(),
  payment_intent: reference.nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/** https://docs.stripe.com/api/payment_intents/object */
export const paymentIntentSchema = z.object({
  id: z.string(),
  status: z.string(),
  amount_received: z.number().int().nullish(),
  currency: z.string(),
  created: z.number(),
  customer: reference.nullish(),
  payment_method: reference.nullish(),
  setup_future_usage: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
export type StripePaymentIntent = z.infer<typeof paymentIntentSchema>;

/** https://docs.stripe.com/api/charges/object */
export const chargeSchema = z.object({ id: z.string() });

/** https://docs.stripe.com/api/refunds/object */
export const refundSchema = z.object({
  id: z.string(),
  amount: z.number().int().positive(),
  currency: z.string(),
  payment_intent: reference.nullish(),
  status: z.string().nullish(),
});
export type StripeRefund = z.infer<typeof refundSchema>;

/** https://docs.stripe.com/api/disputes/object */
export const disputeSchema = z.object({
  id: z.string(),
  amount: z.number().int().positive(),
  currency: z.string(),
  payment_intent: reference.nullish(),
  status: z.string(),
  reason: z.string().nullish(),
  balance_transactions: z.array(z.union([z.string(), z.object({ amount: z.number() })])).nullish(),
});
export type StripeDispute = z.infer<typeof disputeSchema>;

/** https://docs.stripe.com/api/payment_methods/object */
export const paymentMethodSchema = z.object({ id: z.string() });
