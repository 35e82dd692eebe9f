import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { StripeSimulator } from './stripe-simulator.js';

/** Stripe's own library is the judge: what it takes for Stripe is enough like it. */
describe('the stand-in of Stripe', () => {
  let simulator: StripeSimulator;
  let stripe: Stripe;
  let receiver: Server;
  const received: Stripe.Event[] = [];

  beforeAll(async () => {
    simulator = await StripeSimulator.start();
    const { hostname, port } = new URL(simulator.url);
    stripe = new Stripe('sk_test_1', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 });
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const signature = request.headers['stripe-signature'] as string;
        received.push(
          Stripe.webhooks.constructEvent(
            Buffer.concat(chunks),
            signature,
            simulator.webhookSecret,
          ) as Stripe.Event,
        );
        response.end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    simulator.webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  });

  beforeEach(() => {
    received.length = 0;
  });

  afterAll(async () => {
    await simulator.stop();
    await new Promise((resolve) => receiver.close(resolve));
  });

  function openSession(idempotencyKey?: string, cents = 500) {
    return stripe.checkout.sessions.create(
      {
        mode: 'payment',
        line_items: [
          { quantity: 1, price_data: { currency: 'usd', unit_amount: cents, product_data: { name: 'x' } } },
        ],
        success_url: 'https://example.com/',
        payment_intent_data: { metadata: { mine: 'yes' } },
      },
      idempotencyKey ? { idempotencyKey } : undefined,
    );
  }

  test('opens a page, takes its payment, and tells of it with signatures that the library accepts', async () => {
    const session = await openSession();
    expect(session.url).toContain(session.id);
    const intent = simulator.payCheckout(session.id);
    await simulator.delivered();
    expect(received.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const told = await stripe.paymentIntents.retrieve(intent.id);
    expect(told).toMatchObject({ status: 'succeeded', amount_received: 500, metadata: { mine: 'yes' } });
  });

  test('repeats its answer for a known idempotency key, and refuses the key for something else', async () => {
    const first = await openSession('key-1');
    expect((await openSession('key-1')).id).toBe(first.id);
    await expect(openSession('key-1', 600)).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  });

  test('refuses a card without its owner as Stripe does', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_1',
    });
    simulator.cardAnswers = 'declined';
    const attempt = stripe.paymentIntents.confirm(intent.id, { off_session: true });
    await expect(attempt).rejects.toMatchObject({ type: 'StripeCardError', code: 'card_declined' });
    expect((await stripe.paymentIntents.cancel(intent.id)).status).toBe('canceled');
    simulator.cardAnswers = 'ok';
    await expect(stripe.paymentIntents.confirm(intent.id)).rejects.toBeInstanceOf(
      Stripe.errors.StripeInvalidRequestError,
    );
  });

  test('keeps events until they are asked for, as they were when they happened', async () => {
    simulator.hold();
    const intent = simulator.payCheckout((await openSession()).id);
    simulator.refund(intent.id, 100);
    simulator.refund(intent.id, 400);
    const charges = simulator.outbox.filter(({ type }) => type === 'charge.refunded');
    expect(charges.map(({ data }) => data.object['amount_refunded'])).toEqual([100, 500]);
    expect(received).toEqual([]);
    await simulator.release();
    expect(received).toHaveLength(6);
    const refunds = await stripe.refunds.list({ charge: simulator.books.get(intent.id)['latest_charge'] });
    expect(refunds.data.map(({ amount }) => amount)).toEqual([100, 400]);
  });

  test('refuses a key that is none, and what it does not know', async () => {
    const { hostname, port } = new URL(simulator.url);
    const stranger = new Stripe('pk_live_1', { host: hostname, port, protocol: 'http' });
    await expect(stranger.customers.create({})).rejects.toBeInstanceOf(
      Stripe.errors.StripeAuthenticationError,
    );
    await expect(stripe.paymentIntents.retrieve('pi_404')).rejects.toMatchObject({
      code: 'resource_missing',
    });
  });
});
