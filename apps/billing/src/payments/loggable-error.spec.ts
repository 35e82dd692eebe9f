import Stripe from 'stripe';
import { loggableError } from './loggable-error.js';

test('of an error of Stripe’s, nothing is logged that its answer quotes', () => {
  const error = new Stripe.errors.StripeCardError({
    type: 'card_error',
    code: 'card_declined',
    message: 'The card of somebody@example.com was refused.',
    payment_intent: { receipt_email: 'somebody@example.com' },
  } as never);
  const logged = JSON.stringify(loggableError(error));
  expect(logged).toContain('card_declined');
  expect(logged).not.toContain('somebody@example.com');
});

test('any other error is logged as it is', () => {
  const error = new Error('x');
  expect(loggableError(error)).toEqual({ err: error });
});
