import type { FormValue } from './form-body.js';
import { type CardAnswer, type StripeBooks, type StripeObject } from './stripe-books.js';
import { invalid, missing, StripeFailure, unexpectedState } from './stripe-failure.js';

type Form = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- a form's values are what the client sent

export interface Stripe {
  books: StripeBooks;
  url: string;
  cardAnswers: CardAnswer;
  /** Something happened that Stripe tells of. */
  tell(type: string, object: StripeObject): void;
}

/** Answers one request. @throws StripeFailure */
export function answer(stripe: Stripe, method: string, url: URL, form: Record<string, FormValue>): object {
  const [, version, ...path] = url.pathname.split('/');
  const route = `${method} ${path.map((part) => (/^(cs|pi|cus)_\d+$/.test(part) ? ':id' : part)).join('/')}`;
  const id = path.find((part) => /^(cs|pi|cus)_\d+$/.test(part)) ?? '';
  if (version !== 'v1') throw missing('route', url.pathname);
  switch (route) {
    case 'POST customers':
      return createCustomer(stripe, form);
    case 'POST checkout/sessions':
      return createSession(stripe, form);
    case 'POST payment_intents':
      return createIntent(stripe, form);
    case 'GET payment_intents/:id':
      return stripe.books.get(id);
    case 'POST payment_intents/:id/confirm':
      return confirmIntent(stripe, stripe.books.get(id), form);
    case 'POST payment_intents/:id/cancel':
      return cancelIntent(stripe, stripe.books.get(id));
    case 'GET refunds':
      return listRefunds(stripe, url.searchParams.get('charge') ?? '');
    default:
      throw missing('route', route);
  }
}

function createCustomer({ books }: Stripe, form: Form): StripeObject {
  return books.add('cus', { email: form['email'] ?? null, metadata: form['metadata'] ?? {} });
}

function createSession({ books, url }: Stripe, form: Form): StripeObject {
  const item = form['line_items']?.[0];
  const amount = wholeNumber('line_items[0][price_data][unit_amount]', item?.price_data?.unit_amount);
  if (form['mode'] !== 'payment') throw invalid('mode', 'Only payments are simulated.');
  if (!form['success_url']) throw invalid('success_url', 'Missing required param: success_url.');
  if (form['customer']) books.get(form['customer']);
  const session = books.add('cs', {
    mode: 'payment',
    status: 'open',
    payment_status: 'unpaid',
    amount_total: amount * Number(item.quantity ?? 1),
    currency: item.price_data.currency,
    customer: form['customer'] ?? null,
    client_reference_id: form['client_reference_id'] ?? null,
    success_url: form['success_url'],
    cancel_url: form['cancel_url'] ?? null,
    metadata: form['metadata'] ?? {},
    // Made when somebody pays.
    payment_intent: null,
  });
  session['url'] = `${url}/c/pay/${session.id}`;
  // Not part of the object: what its payment will be made with.
  Object.defineProperty(session, 'intentFields', { value: form['payment_intent_data'] ?? {} });
  return session;
}

function createIntent({ books }: Stripe, form: Form): StripeObject {
  if (form['off_session'] !== undefined && form['confirm'] !== 'true')
    throw invalid('off_session', 'off_session can only be used when confirm is true.');
  return books.add('pi', {
    status: form['payment_method'] ? 'requires_confirmation' : 'requires_payment_method',
    amount: wholeNumber('amount', form['amount']),
    amount_received: 0,
    currency: form['currency'],
    customer: form['customer'] ?? null,
    payment_method: form['payment_method'] ?? null,
    receipt_email: form['receipt_email'] ?? null,
    setup_future_usage: form['setup_future_usage'] ?? null,
    latest_charge: null,
    metadata: form['metadata'] ?? {},
  });
}

function confirmIntent(stripe: Stripe, intent: StripeObject, form: Form): StripeObject {
  if (intent['status'] !== 'requires_confirmation')
    throw unexpectedState(`This PaymentIntent's status is ${intent['status']}.`);
  if (form['off_session'] !== 'true')
    throw invalid('off_session', 'Only payments without their owner are simulated.');
  switch (stripe.cardAnswers) {
    case 'ok':
      succeed(stripe, intent);
      return intent;
    case 'processing':
      intent['status'] = 'processing';
      return intent;
    case 'declined':
      throw decline(stripe, intent, { code: 'card_declined', decline_code: 'insufficient_funds' });
    case 'authentication_required':
      throw decline(stripe, intent, {
        code: 'authentication_required',
        decline_code: 'authentication_required',
      });
    default:
      return stripe.cardAnswers satisfies never;
  }
}

function decline(
  stripe: Stripe,
  intent: StripeObject,
  codes: { code: string; decline_code: string },
): StripeFailure {
  intent['status'] = 'requires_payment_method';
  stripe.tell('payment_intent.payment_failed', intent);
  return new StripeFailure(402, { type: 'card_error', ...codes, message: 'The card was refused.' });
}

function cancelIntent(stripe: Stripe, intent: StripeObject): StripeObject {
  if (['succeeded', 'processing', 'canceled'].includes(intent['status']))
    throw unexpectedState(`This PaymentIntent's status is ${intent['status']}.`);
  intent['status'] = 'canceled';
  stripe.tell('payment_intent.canceled', intent);
  return intent;
}

function listRefunds({ books }: Stripe, charge: string): object {
  const data = books.all('refund').filter((refund) => refund['charge'] === charge);
  return { object: 'list', url: '/v1/refunds', has_more: false, data };
}

/** The payment is made: its money is received, and Stripe tells of it. */
export function succeed(stripe: Stripe, intent: StripeObject): void {
  intent['status'] = 'succeeded';
  intent['amount_received'] = intent['amount'];
  const charge = stripe.books.add('ch', {
    amount: intent['amount'],
    amount_refunded: 0,
    currency: intent['currency'],
    customer: intent['customer'],
    payment_intent: intent.id,
    paid: true,
    refunded: false,
    disputed: false,
  });
  intent['latest_charge'] = charge.id;
  stripe.tell('payment_intent.succeeded', intent);
}

function wholeNumber(param: string, value: unknown): number {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw invalid(param, `Invalid integer: ${param}`);
  return Number(value);
}
