import Stripe from 'stripe';

/** What may be logged of a failure. Stripe's errors carry whole answers, with e-mail addresses and cards in them. */
export function loggableError(error: unknown): object {
  if (!(error instanceof Stripe.errors.StripeError)) return { err: error };
  const { type, code, decline_code: declineCode, statusCode, requestId } = error;
  return { stripe: { type, code, declineCode, statusCode, requestId } };
}
