import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { BillingEvent, billingEventsStream, type CreateTopUpRequest } from '@tokenroute/contracts';
import {
  connectNats,
  createLogger,
  type NatsConnection,
  NestLogger,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { type StripeEvent, StripeSimulator } from '@tokenroute/stripe-simulator';
import { testServers } from '@tokenroute/testing';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import type { BillingConfig } from '../config.js';
import { verifyLedger } from '../ledger/verify-ledger.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { CONFIG, LOGGER, NATS } from '../tokens.js';
import { AccountFreezeService } from './account-freeze.service.js';
import { AutomaticTopUpRepository } from './automatic-top-up.repository.js';
import { AutomaticTopUpsWorker } from './automatic-top-ups-worker.js';
import { createHttpAdapter } from './create-http-adapter.js';
import { PaymentEventsService } from './payment-events.service.js';
import { paymentControllers, paymentProviders } from './payment-wiring.js';
import { StripeEventService } from './stripe-event.service.js';
import { StripeEventsWorker } from './stripe-events-worker.js';
import { TopUpSettingsService } from './top-up-settings.service.js';
import { TopUpService } from './top-up.service.js';

const usd = (amount: number) => BigInt(Math.round(amount * 100)) * 10_000_000n;
const logger = createLogger('test', 'fatal');

let database: BillingDatabase;
let pool: PostgresPool;
let nats: NatsConnection;
let stripe: StripeSimulator;

beforeAll(async () => {
  database = await createBillingDatabase(8);
  pool = database.pool;
  nats = await connectNats(testServers().natsUrl, 'test', logger);
  stripe = await StripeSimulator.start();
}, 60_000);

afterAll(async () => {
  await stripe.stop();
  await nats.close();
  await database.end();
});

/** The payments part of billing as its process runs it, with its HTTP port. */
class Payments {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  static async start(options: Partial<BillingConfig> = {}): Promise<Payments> {
    const config = {
      DATABASE_URL: database.url,
      HTTP_PORT: 8102,
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_API_URL: stripe.url,
      TOP_UP_MIN_USD: 5,
      TOP_UP_MAX_USD: 10_000,
      PAYMENTS_INTERVAL_MS: 50,
      DEVELOPMENT_PAYMENTS: 'on',
      ...options,
    } as BillingConfig;
    @Module({
      controllers: paymentControllers,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: NATS, useValue: nats },
        ...paymentProviders(config, logger),
      ],
    })
    class PaymentsModule {}
    const app = await NestFactory.create<NestFastifyApplication>(PaymentsModule, createHttpAdapter(), {
      logger: new NestLogger(logger),
      bodyParser: false,
    });
    await app.listen(0, '127.0.0.1');
    return new Payments(app, await app.getUrl());
  }

  get webhookUrl() {
    return `${this.url}/webhooks/stripe`;
  }

  get topUps() {
    return this.app.get(TopUpService);
  }

  get settings() {
    return this.app.get(TopUpSettingsService);
  }

  get freezes() {
    return this.app.get(AccountFreezeService);
  }

  get events() {
    return this.app.get(PaymentEventsService);
  }

  get eventsWorker() {
    return this.app.get(StripeEventsWorker);
  }

  get automatic() {
    return this.app.get(AutomaticTopUpsWorker);
  }

  get automaticRepository() {
    return this.app.get(AutomaticTopUpRepository);
  }

  /** As the worker does it, without the table. */
  process(event: StripeEvent) {
    return this.app.get(StripeEventService).process({
      id: event.id,
      type: event.type,
      payload: JSON.stringify(event),
      attempts: 0,
    });
  }

  /** A top-up whose page was opened. @returns its id and Stripe's session */
  async open(accountId: string, amount: bigint, options: Partial<CreateTopUpRequest> = {}) {
    const request = topUp(accountId, amount, options);
    const { checkoutUrl } = await this.topUps.create(request);
    return { id: request.id, session: checkoutUrl.split('/').at(-1)! };
  }

  stop() {
    return this.app.close();
  }
}

function topUp(
  accountId: string,
  amount: bigint,
  options: Partial<CreateTopUpRequest> = {},
): CreateTopUpRequest {
  return {
    id: randomUUID(),
    accountId,
    amountNanoUsd: amount,
    successUrl: 'https://example.com/paid',
    cancelUrl: 'https://example.com/back',
    savePaymentMethod: false,
    ...options,
  };
}

async function createAccount(): Promise<string> {
  const id = uuidv7();
  await pool.query(
    `INSERT INTO accounts (id, kind, email, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 'c@example.com', 0, 0)`,
    [id],
  );
  return id;
}

/** Money that was used: charged like a request, with the hold that the ledger's proof asks for. */
async function spend(accountId: string, amount: bigint): Promise<void> {
  const id = uuidv7();
  await pool.query(
    `WITH hold AS (
       INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at, cost_nano_usd, charged_nano_usd)
       VALUES ($1, $2, 'settled', 0, now(), $3, $3)
     ), movement AS (
       INSERT INTO transactions (id, kind) VALUES ($1, 'charge')
     ), account AS (
       UPDATE accounts SET balance_nano_usd = balance_nano_usd - $3::bigint WHERE id = $2
     )
     INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
     VALUES ($1, $2, -$3::bigint), ($1, '00000000-0000-0000-0000-000000000001', $3::bigint)`,
    [id, accountId, amount.toString()],
  );
}

async function booksOf(accountId: string) {
  const { rows } = await pool.query<{ balance: bigint; frozen: string | null; top_ups: bigint }>(
    `SELECT a.balance_nano_usd AS balance, a.frozen_reason AS frozen,
            (SELECT count(*) FROM entries e JOIN transactions t ON t.id = e.transaction_id
             WHERE e.account_id = a.id AND t.kind = 'top-up') AS top_ups
     FROM accounts a WHERE a.id = $1`,
    [accountId],
  );
  return rows[0]!;
}

async function eventKinds(accountId: string): Promise<string[]> {
  const { rows } = await pool.query<{ kind: string }>(
    'SELECT kind FROM billing_events WHERE account_id = $1 ORDER BY sequence',
    [accountId],
  );
  return rows.map(({ kind }) => kind);
}

async function lossesOf(accountId: string): Promise<string[]> {
  const { rows } = await pool.query<{ loss: string }>(
    `SELECT DISTINCT l.reason || ' ' || l.amount_nano_usd AS loss FROM house_losses l
     WHERE l.transaction_id IN (
       SELECT r.transaction_id FROM payment_refunds r JOIN payments p ON p.id = r.payment_id WHERE p.account_id = $1
       UNION SELECT d.transaction_id FROM payment_disputes d JOIN payments p ON p.id = d.payment_id WHERE p.account_id = $1)`,
    [accountId],
  );
  return rows.map(({ loss }) => loss).sort();
}

/** What the house has lost by an account's refunds and disputes, and not got back. */
async function borneByTheHouse(accountId: string): Promise<bigint> {
  const { rows } = await pool.query<{ borne: bigint }>(
    `SELECT -coalesce(sum(h.amount_nano_usd), 0)::bigint AS borne
     FROM entries h
     WHERE h.account_id = '00000000-0000-0000-0000-000000000003' AND h.transaction_id IN (
       SELECT unnest(ARRAY[m.transaction_id, m.reversal_id])
       FROM (SELECT payment_id, transaction_id, reversal_id FROM payment_refunds
             UNION ALL SELECT payment_id, transaction_id, reversal_id FROM payment_disputes) m
       JOIN payments p ON p.id = m.payment_id WHERE p.account_id = $1)`,
    [accountId],
  );
  return rows[0]!.borne;
}

async function brokenInvariants(): Promise<string[]> {
  const results = await verifyLedger(pool);
  return results
    .filter(({ violations }) => violations > 0)
    .map(({ invariant, rows }) => `${invariant}: ${rows}`);
}

async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const giveUp = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Every order of a list. */
function permutations<Item>(items: Item[]): Item[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('the webhook', () => {
  let payments: Payments;

  beforeAll(async () => {
    payments = await Payments.start();
    stripe.webhookUrl = payments.webhookUrl;
  });

  afterAll(() => payments.stop());

  const unknownEvent = () => stripe.books.event('product.created', stripe.books.add('cus', {}));
  const isStored = async (id: string) =>
    (await pool.query('SELECT FROM stripe_events WHERE id = $1', [id])).rowCount === 1;

  test('takes an event that Stripe signed just now', async () => {
    const event = unknownEvent();
    expect(await stripe.send(event)).toBe(200);
    expect(await isStored(event.id)).toBe(true);
    const { rows } = await pool.query('SELECT payload FROM stripe_events WHERE id = $1', [event.id]);
    expect(JSON.parse(rows[0].payload)).toEqual(event);
  });

  test('refuses an old signature, another secret and a body that was changed, and stores nothing', async () => {
    const event = unknownEvent();
    expect(await stripe.send(event, { ageSeconds: 400 })).toBe(400);
    expect(await stripe.send(event, { secret: 'whsec_of_somebody_else' })).toBe(400);
    const signature = `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}`;
    for (const headers of [{ 'stripe-signature': signature }, {} as Record<string, string>]) {
      const init = { method: 'POST', headers, body: JSON.stringify(event) };
      expect((await fetch(payments.webhookUrl, init)).status).toBe(400);
    }
    expect(await isStored(event.id)).toBe(false);
  });

  test('tells no secret when it refuses', async () => {
    const answer = await fetch(payments.webhookUrl, { method: 'POST', body: '{}' });
    expect(await answer.text()).not.toContain(stripe.webhookSecret);
  });

  test('refuses a body above a megabyte', async () => {
    const init = { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) };
    expect((await fetch(payments.webhookUrl, init)).status).toBe(413);
  });

  test('while its secret is replaced takes what either signs, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stripe-'));
    const file = join(folder, 'secrets');
    writeFileSync(file, `whsec_of_tomorrow\n${stripe.webhookSecret}\n`);
    const secret = { STRIPE_WEBHOOK_SECRET: undefined, STRIPE_WEBHOOK_SECRET_FILE: file };
    const both = await Payments.start(secret);
    const signed = (secret: string) => stripe.send(unknownEvent(), { url: both.webhookUrl, secret });
    expect(await signed('whsec_of_tomorrow')).toBe(200);
    expect(await signed(stripe.webhookSecret)).toBe(200);
    expect(await signed('whsec_of_somebody_else')).toBe(400);
    await both.stop();
    rmSync(folder, { recursive: true });
  });

  test('without a secret takes nothing', async () => {
    const without = await Payments.start({ STRIPE_WEBHOOK_SECRET: undefined });
    expect((await fetch(without.webhookUrl, { method: 'POST', body: '{}' })).status).toBe(503);
    await without.stop();
  });

  test('an event that was stored is processed by whoever comes next', async () => {
    const account = await createAccount();
    stripe.hold();
    const { session } = await payments.open(account, usd(10));
    stripe.payCheckout(session);
    // As a process leaves it that dies right after its answer.
    for (const event of stripe.outbox.splice(0)) {
      await pool.query('INSERT INTO stripe_events (id, type, payload) VALUES ($1, $2, $3)', [
        event.id,
        event.type,
        JSON.stringify(event),
      ]);
    }
    await until(async () => (await booksOf(account)).balance === usd(10), 'credited');
    await stripe.release();
  });
});

describe('a top-up', () => {
  let payments: Payments;

  beforeAll(async () => {
    payments = await Payments.start();
    stripe.webhookUrl = payments.webhookUrl;
  });

  afterAll(() => payments.stop());

  test('is paid on Stripe’s page and credited once, by whichever events tell of it', async () => {
    const account = await createAccount();
    const { id, session } = await payments.open(account, usd(25));
    stripe.payCheckout(session);
    await stripe.delivered();
    await until(async () => (await booksOf(account)).top_ups > 0n, 'credited');
    expect(await booksOf(account)).toMatchObject({ balance: usd(25), top_ups: 1n });
    const { payments: listed } = await payments.topUps.list({
      accountId: account,
      pageSize: 0,
      pageToken: '',
    });
    expect(listed).toMatchObject([{ id, state: 'credited', kind: 'checkout', amountNanoUsd: usd(25) }]);
    expect(await eventKinds(account)).toEqual(['topped-up']);
  });

  test('asks Stripe for a receipt, for USD alone, and with an idempotency key on every call that writes', async () => {
    const account = await createAccount();
    stripe.requests.length = 0;
    const { id } = await payments.open(account, usd(5), { savePaymentMethod: true });
    // The events of other payments are being processed meanwhile: those calls write nothing.
    const [customer, session] = stripe.requests.filter(({ method }) => method === 'POST');
    expect(customer).toMatchObject({ path: '/v1/customers', idempotencyKey: `customer-${account}` });
    expect(session).toMatchObject({
      path: '/v1/checkout/sessions',
      idempotencyKey: `checkout-${id}`,
      form: {
        line_items: [{ price_data: { currency: 'usd', unit_amount: '500' } }],
        payment_intent_data: { receipt_email: 'c@example.com', setup_future_usage: 'off_session' },
      },
    });
  });

  test.each([
    ['too little', { amountNanoUsd: usd(4) }, /^amount_nano_usd: must be from 5.00 to 10000.00 USD/],
    ['too much', { amountNanoUsd: usd(10_001) }, /^amount_nano_usd/],
    ['a fraction of a cent', { amountNanoUsd: usd(10) + 1n }, /^amount_nano_usd: must be whole US cents/],
    ['no web address', { successUrl: 'javascript:alert(1)' }, /^success_url/],
    ['no address at all', { cancelUrl: '' }, /^cancel_url/],
    ['no id', { id: 'x' }, /^id/],
    ['nobody’s account', { accountId: randomUUID() }, /no account/],
  ])('with %s is refused, naming the field', async (_what, wrong, message) => {
    const request = topUp(await createAccount(), usd(10), wrong);
    await expect(payments.topUps.create(request)).rejects.toThrow(message);
  });

  test('asked for again is the same one; its id for another is a conflict', async () => {
    const account = await createAccount();
    const request = topUp(account, usd(10));
    const answers = await Promise.all([payments.topUps.create(request), payments.topUps.create(request)]);
    expect(answers[1]!.checkoutUrl).toBe(answers[0]!.checkoutUrl);
    await expect(payments.topUps.create({ ...request, amountNanoUsd: usd(11) })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('whose answer was lost on the way opens one page', async () => {
    const account = await createAccount();
    const before = stripe.books.all('checkout.session').length;
    stripe.faults.push('lost-answer', 'lost-answer', 'lost-answer');
    await payments.open(account, usd(10)).catch(() => undefined);
    stripe.faults.length = 0;
    const request = topUp(account, usd(10));
    stripe.faults.push('lost-answer', 'unavailable');
    await payments.topUps.create(request);
    await payments.topUps.create(request);
    expect(stripe.books.all('checkout.session').length).toBe(before + 1);
  });

  test('while Stripe is away is unavailable, and is the same one later', async () => {
    const request = topUp(await createAccount(), usd(10));
    stripe.faults.push('unavailable', 'unavailable', 'unavailable');
    await expect(payments.topUps.create(request)).rejects.toMatchObject({ code: 'unavailable' });
    stripe.faults.length = 0;
    expect((await payments.topUps.create(request)).checkoutUrl).toContain('/c/pay/');
  });

  test('of a frozen account is refused', async () => {
    const account = await createAccount();
    await payments.freezes.freeze(account, 'looks stolen', 'ann');
    await expect(payments.open(account, usd(10))).rejects.toMatchObject({ code: 'permission' });
  });

  test('paid in another amount or currency is held for an operator, and never credited', async () => {
    for (const other of [{ amount: 999 }, { currency: 'eur' }]) {
      const account = await createAccount();
      const { session } = await payments.open(account, usd(10));
      stripe.payCheckout(session, other);
      await stripe.delivered();
      const stateOf = async () =>
        (await payments.topUps.list({ accountId: account, pageSize: 0, pageToken: '' })).payments[0]!.state;
      await until(async () => (await stateOf()) === 'held', 'held');
      expect(await booksOf(account)).toMatchObject({ balance: 0n, top_ups: 0n });
    }
    const held = await payments.events.list('', 0);
    expect(held[0]).toMatchObject({
      state: 'held',
      problem: expect.stringContaining('not what was asked for'),
    });
    await payments.events.retry(held[0]!.id);
    await expect(payments.events.retry('evt_none')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('that is paid by a slow bank is credited when the money is there; one that expired too', async () => {
    const account = await createAccount();
    const slow = await payments.open(account, usd(10));
    stripe.payCheckout(slow.session, { delayed: true });
    const late = await payments.open(account, usd(7));
    stripe.expire(late.session);
    await stripe.delivered();
    const states = async () => {
      const page = await payments.topUps.list({ accountId: account, pageSize: 0, pageToken: '' });
      return page.payments.map(({ state }) => state).join();
    };
    await until(async () => (await states()) === 'expired,open', 'expired');
    expect((await booksOf(account)).balance).toBe(0n);
    stripe.settleDelayed(slow.session);
    stripe.payCheckout(late.session);
    await stripe.delivered();
    await until(async () => (await states()) === 'credited,credited', 'credited');
    expect(await booksOf(account)).toMatchObject({ balance: usd(17), top_ups: 2n });
  });

  test('of something else that Stripe is used for is left alone', async () => {
    const intent = stripe.books.add('pi', {
      status: 'succeeded',
      amount: 500,
      amount_received: 500,
      currency: 'usd',
    });
    expect(await payments.process(stripe.books.event('payment_intent.succeeded', intent))).toEqual({
      kind: 'ignored',
    });
    const refund = stripe.books.add('re', {
      amount: 500,
      currency: 'usd',
      payment_intent: intent.id,
      status: 'succeeded',
    });
    expect(await payments.process(stripe.books.event('refund.created', refund))).toEqual({ kind: 'ignored' });
  });

  test('is listed page by page, the newest first', async () => {
    const account = await createAccount();
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1)
      ids.unshift((await payments.open(account, usd(5 + number))).id);
    const seen: string[] = [];
    let pageToken = '';
    do {
      const page = await payments.topUps.list({ accountId: account, pageSize: 2, pageToken });
      seen.push(...page.payments.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen).toEqual(ids);
  });
});

describe('the events of a payment, in any order and more than once', () => {
  let payments: Payments;

  beforeAll(async () => {
    payments = await Payments.start();
    stripe.hold();
  });

  afterAll(async () => {
    await payments.stop();
    stripe.outbox.length = 0;
    await stripe.release();
  });

  /** Handles each event, and some of them again, two at a time. */
  async function tell(events: StripeEvent[]): Promise<void> {
    for (const event of events) {
      const outcomes = await Promise.all([payments.process(event), payments.process(event)]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(['processed', 'processed']);
    }
  }

  /** Opens, pays and does `afterwards` for every order, then tells each order's events to several at once. */
  async function tellInEveryOrder(
    afterwards: (intent: string) => void,
    pick: (events: StripeEvent[]) => StripeEvent[],
  ): Promise<string[]> {
    const first = await eventsOfOne(afterwards, pick);
    const told = [first];
    const orders = permutations(first.events.map((_, index) => index));
    while (told.length < orders.length) told.push(await eventsOfOne(afterwards, pick));
    for (let at = 0; at < orders.length; at += 12) {
      await Promise.all(
        orders
          .slice(at, at + 12)
          .map((order, offset) => tell(order.map((index) => told[at + offset]!.events[index]!))),
      );
    }
    return told.map(({ account }) => account);
  }

  async function eventsOfOne(
    afterwards: (intent: string) => void,
    pick: (events: StripeEvent[]) => StripeEvent[],
  ) {
    const account = await createAccount();
    const { session } = await payments.open(account, usd(10));
    stripe.outbox.length = 0;
    afterwards(stripe.payCheckout(session).id);
    return { account, events: pick(stripe.outbox.splice(0)) };
  }

  test('credit once and refund each refund once: all 120 orders of five events', async () => {
    const accounts = await tellInEveryOrder(
      (intent) => [300, 200].forEach((cents) => stripe.refund(intent, cents)),
      // Succeeded, completed, the first refund and both sums; the second refund is only in its sum.
      (events) => events.filter((_, index) => index !== 4),
    );
    expect(accounts).toHaveLength(120);
    for (const account of accounts) {
      expect(await booksOf(account)).toMatchObject({ balance: usd(5), top_ups: 1n });
      expect((await eventKinds(account)).sort()).toEqual(['refunded', 'refunded', 'topped-up']);
    }
    expect(await brokenInvariants()).toEqual([]);
  }, 120_000);

  test('a dispute that is won leaves everything as it was: all 120 orders', async () => {
    const accounts = await tellInEveryOrder(
      (intent) => stripe.closeDispute(stripe.dispute(intent).id, 'won'),
      (events) => events.filter((_, index) => index !== 1),
    );
    expect(accounts).toHaveLength(120);
    for (const account of accounts)
      expect(await booksOf(account)).toEqual({ balance: usd(10), top_ups: 1n, frozen: null });
    expect(await brokenInvariants()).toEqual([]);
  }, 120_000);

  test('a dispute that is lost takes the money and leaves the account frozen: all 24 orders', async () => {
    const accounts = await tellInEveryOrder(
      (intent) => stripe.closeDispute(stripe.dispute(intent).id, 'lost'),
      (events) => events.filter((_, index) => index !== 1),
    );
    expect(accounts).toHaveLength(24);
    for (const account of accounts) {
      const { balance, frozen } = await booksOf(account);
      expect([balance, frozen]).toEqual([0n, 'payment disputed (fraudulent)']);
    }
    expect(await brokenInvariants()).toEqual([]);
  }, 60_000);

  test('random orders of a payment with refunds that fail and a dispute end in the same books', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(1_000)), fc.nat(900), async (choices, spent) => {
        const account = await createAccount();
        const { session } = await payments.open(account, usd(10));
        stripe.outbox.length = 0;
        const intent = stripe.payCheckout(session);
        const failing = stripe.refund(intent.id, 100);
        stripe.failRefund(failing.id);
        stripe.refund(intent.id, 250);
        const dispute = stripe.dispute(intent.id, { cents: 300 });
        stripe.closeDispute(dispute.id, 'won');
        const events = stripe.outbox.splice(0);
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: choices.next().value }))
          .sort((left, right) => left.at - right.at)
          .map(({ event }) => event);
        const [first, ...rest] = shuffled;
        await payments.process(first!);
        const after = await booksOf(account);
        const really = after.balance < usd(spent / 100) ? 0n : usd(spent / 100);
        if (really > 0n) await spend(account, really);
        for (const event of rest) await payments.process(event);
        // Paid 10, used a part, 2.50 went back for good; of what was not there any more the house bore what is still missing.
        const balance = usd(7.5) - really + (await borneByTheHouse(account));
        expect(await booksOf(account)).toEqual({ balance, top_ups: 1n, frozen: null });
      }),
      { numRuns: 40 },
    );
    expect(await brokenInvariants()).toEqual([]);
  }, 120_000);

  test('are shared by two processes, each with one of them', async () => {
    const other = await Payments.start();
    const accounts = await Promise.all(Array.from({ length: 10 }, createAccount));
    stripe.outbox.length = 0;
    for (const account of accounts) stripe.payCheckout((await payments.open(account, usd(10))).session);
    const events = stripe.outbox.splice(0);
    const urls = [payments.webhookUrl, other.webhookUrl];
    await Promise.all(
      [...events, ...events, ...events].map(async (event, index) => {
        stripe.webhookUrl = urls[index % 2];
        expect(await stripe.send(event)).toBe(200);
      }),
    );
    const open = async () => {
      const ids = events.map(({ id }) => id);
      const { rowCount } = await pool.query(
        `SELECT FROM stripe_events WHERE id = ANY ($1) AND state = 'processed'`,
        [ids],
      );
      return ids.length - rowCount!;
    };
    await until(async () => (await open()) === 0, 'processed');
    for (const account of accounts)
      expect(await booksOf(account)).toMatchObject({ balance: usd(10), top_ups: 1n });
    await other.stop();
    stripe.webhookUrl = payments.webhookUrl;
  }, 60_000);
});

describe('money that goes back', () => {
  let payments: Payments;

  beforeAll(async () => {
    payments = await Payments.start();
    stripe.hold();
  });

  afterAll(async () => {
    await payments.stop();
    stripe.outbox.length = 0;
    await stripe.release();
  });

  /** An account that paid 10 USD. @returns its id, and its payment at Stripe */
  async function paid(): Promise<{ account: string; intent: string }> {
    const account = await createAccount();
    const { session } = await payments.open(account, usd(10));
    stripe.outbox.length = 0;
    const intent = stripe.payCheckout(session);
    await drain();
    return { account, intent: intent.id };
  }

  async function drain(): Promise<void> {
    for (const event of stripe.outbox.splice(0)) await payments.process(event);
  }

  test('and was spent is the house’s loss, with its reason', async () => {
    const { account, intent } = await paid();
    await spend(account, usd(8));
    stripe.refund(intent, 500);
    await drain();
    expect((await booksOf(account)).balance).toBe(0n);
    expect(await lossesOf(account)).toEqual([`refund-not-covered ${usd(3)}`]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('is not taken from what is held for requests under way', async () => {
    const { account, intent } = await paid();
    await pool.query(
      `WITH hold AS (INSERT INTO holds (id, account_id, state, amount_nano_usd) VALUES ($1, $2, 'held', $3::bigint))
       UPDATE accounts SET held_nano_usd = $3 WHERE id = $2`,
      [uuidv7(), account, usd(9).toString()],
    );
    stripe.refund(intent, 1_000);
    await drain();
    expect((await booksOf(account)).balance).toBe(usd(9));
    expect(await lossesOf(account)).toEqual([`refund-not-covered ${usd(9)}`]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('by a refund that failed comes back, also to the house', async () => {
    const { account, intent } = await paid();
    await spend(account, usd(6));
    const refund = stripe.refund(intent, 1_000);
    await drain();
    expect((await booksOf(account)).balance).toBe(0n);
    stripe.failRefund(refund.id);
    await drain();
    expect((await booksOf(account)).balance).toBe(usd(4));
    expect((await eventKinds(account)).slice(1)).toEqual(['refunded', 'reversed']);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('by a dispute freezes the account; won, it is as before; another reason keeps it frozen', async () => {
    const { account, intent } = await paid();
    await spend(account, usd(4));
    const dispute = stripe.dispute(intent);
    await drain();
    expect(await booksOf(account)).toMatchObject({ balance: 0n, frozen: 'payment disputed (fraudulent)' });
    expect(await lossesOf(account)).toEqual([`dispute-not-covered ${usd(4)}`]);
    await payments.freezes.freeze(account, 'to be looked at', 'ann');
    stripe.closeDispute(dispute.id, 'won');
    await drain();
    expect(await booksOf(account)).toMatchObject({ balance: usd(6), frozen: 'to be looked at' });
    expect(await payments.freezes.unfreeze(account, 'ann')).toMatchObject({ frozenAt: undefined });
    expect((await eventKinds(account)).slice(1)).toEqual([
      'frozen',
      'disputed',
      'frozen',
      'reversed',
      'unfrozen',
    ]);
    expect(await brokenInvariants()).toEqual([]);
  });

  test('by a lost dispute leaves the account frozen until an operator lifts it, once and for all', async () => {
    const { account, intent } = await paid();
    const dispute = stripe.dispute(intent);
    await drain();
    await payments.freezes.unfreeze(account, 'ann');
    stripe.closeDispute(dispute.id, 'lost');
    await drain();
    expect(await booksOf(account)).toMatchObject({ balance: 0n, frozen: null });
  });

  test('is not yet going back by an inquiry, which freezes nothing either', async () => {
    const { account, intent } = await paid();
    const inquiry = stripe.dispute(intent, { inquiry: true });
    await drain();
    expect(await booksOf(account)).toMatchObject({ balance: usd(10), frozen: null });
    stripe.closeDispute(inquiry.id, 'warning_closed');
    await drain();
    expect(await booksOf(account)).toMatchObject({ balance: usd(10), frozen: null });
  });

  test('of a payment not heard of yet waits until Stripe can be asked for it', async () => {
    const account = await createAccount();
    const { session } = await payments.open(account, usd(10));
    stripe.outbox.length = 0;
    const intent = stripe.payCheckout(session);
    stripe.outbox.length = 0;
    stripe.refund(intent.id, 400);
    stripe.webhookUrl = payments.webhookUrl;
    stripe.faults.push(...Array.from({ length: 3 }, () => 'unavailable' as const));
    const [refunded] = stripe.outbox.splice(0);
    expect(await stripe.send(refunded!)).toBe(200);
    await until(async () => (await booksOf(account)).balance === usd(6), 'credited and refunded');
    expect(await brokenInvariants()).toEqual([]);
  });

  test('from an account is refused a freeze without a reason, and an unknown account', async () => {
    const account = await createAccount();
    await expect(payments.freezes.freeze(account, ' ', 'ann')).rejects.toThrow(/^reason/);
    await expect(payments.freezes.freeze(account, 'x', '')).rejects.toThrow(/^operator/);
    await expect(payments.freezes.freeze(randomUUID(), 'x', 'ann')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('the automatic top-up', () => {
  let payments: Payments;

  beforeAll(async () => {
    payments = await Payments.start();
    stripe.webhookUrl = payments.webhookUrl;
  });

  afterEach(() => {
    stripe.cardAnswers = 'ok';
    stripe.faults.length = 0;
  });

  afterAll(() => payments.stop());

  /** An account with a saved card and 10 USD, which is topped up by 20 USD below 5 USD, up to 50 USD a month. */
  async function withAutomatic(lowBalanceNanoUsd?: bigint): Promise<string> {
    const account = await createAccount();
    const { session } = await payments.open(account, usd(10), { savePaymentMethod: true });
    stripe.payCheckout(session);
    await stripe.delivered();
    await until(async () => (await payments.settings.get(account)).hasPaymentMethod, 'card saved');
    await payments.settings.set({
      accountId: account,
      lowBalanceNanoUsd,
      automatic: { thresholdNanoUsd: usd(5), amountNanoUsd: usd(20), monthlyCapNanoUsd: usd(50) },
      hasPaymentMethod: false,
      pausedReason: '',
    });
    return account;
  }

  const charged = (account: string) =>
    stripe.books
      .all('payment_intent')
      .filter((intent) => intent.status === 'succeeded' && intent.metadata.tokenroute_account_id === account)
      .reduce((sum, intent) => sum + intent.amount_received, 0);

  test('pays when what is available falls below the threshold', async () => {
    const account = await withAutomatic();
    await spend(account, usd(6));
    await until(async () => (await booksOf(account)).balance === usd(24), 'topped up');
    expect(charged(account)).toBe(1_000 + 2_000);
    const page = await payments.topUps.list({ accountId: account, pageSize: 0, pageToken: '' });
    expect(page.payments[0]).toMatchObject({ kind: 'automatic', state: 'credited', amountNanoUsd: usd(20) });
    expect(await brokenInvariants()).toEqual([]);
  });

  test('never pays above the monthly cap, with 50 triggers at once in two processes', async () => {
    const other = await Payments.start();
    const account = await withAutomatic();
    // 10 + 20 + 20 are paid this month; the third would be above 50.
    for (let round = 0; round < 4; round += 1) {
      const { balance } = await booksOf(account);
      if (balance > 0n) await spend(account, balance);
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 ? payments : other).automatic.lookAfter()),
      );
      await until(
        async () =>
          (await booksOf(account)).balance > 0n || (await payments.settings.get(account)).pausedReason !== '',
        'paid or capped',
      );
    }
    expect(charged(account)).toBe(1_000 + 2 * 2_000);
    expect((await payments.settings.get(account)).pausedReason).toBe('the monthly cap is reached');
    expect((await eventKinds(account)).filter((kind) => kind === 'automatic-top-up-failed')).toHaveLength(1);
    await other.stop();
    expect(await brokenInvariants()).toEqual([]);
  }, 60_000);

  test('is begun once by 50 at once, and counts what is open against the cap', async () => {
    const account = await withAutomatic();
    // A provider that does not answer keeps it open.
    stripe.cardAnswers = 'processing';
    await spend(account, usd(10));
    await Promise.all(Array.from({ length: 50 }, () => payments.automaticRepository.begin(100)));
    const { rows } = await pool.query(
      `SELECT count(*)::int AS open FROM payments WHERE account_id = $1 AND kind = 'automatic'`,
      [account],
    );
    expect(rows[0].open).toBe(1);
  });

  test.each([
    ['declined', 'the payment method was refused (insufficient_funds)'],
    ['authentication_required', 'the payment method asks for its owner'],
  ] as const)(
    'with a card that is %s pauses with a reason, tells of it and charges nothing',
    async (answer, reason) => {
      const account = await withAutomatic();
      stripe.cardAnswers = answer;
      await spend(account, usd(8));
      await until(async () => (await payments.settings.get(account)).pausedReason !== '', 'paused');
      expect((await payments.settings.get(account)).pausedReason).toBe(reason);
      expect(await eventKinds(account)).toEqual(['topped-up', 'automatic-top-up-failed']);
      const intents = stripe.books
        .all('payment_intent')
        .filter((each) => each.metadata.tokenroute_account_id === account);
      expect(intents.map(({ status }) => status)).toEqual(['succeeded', 'canceled']);
      stripe.cardAnswers = 'ok';
      const settings = await payments.settings.get(account);
      await payments.settings.set(settings);
      await until(async () => (await booksOf(account)).balance === usd(22), 'paid after all');
    },
    30_000,
  );

  test('whose answers are lost on the way charges once', async () => {
    const account = await withAutomatic();
    // The SDK tries each call three times: here all of them are lost, first of making the payment, then of confirming it.
    for (let each = 0; each < 5; each += 1) stripe.faults.push('lost-answer');
    await spend(account, usd(6));
    await until(async () => (await booksOf(account)).balance === usd(24), 'topped up');
    expect(charged(account)).toBe(1_000 + 2_000);
  }, 60_000);

  test('needs a payment method, a cap of at least one top-up, and names the field that is wrong', async () => {
    const account = await withAutomatic();
    const settings = await payments.settings.get(account);
    const automatic = settings.automatic!;
    const set = (wrong: object) =>
      payments.settings.set({ ...settings, automatic: { ...automatic, ...wrong } });
    await expect(set({ monthlyCapNanoUsd: usd(19) })).rejects.toThrow(/^automatic.monthly_cap_nano_usd/);
    await expect(set({ amountNanoUsd: usd(1) })).rejects.toThrow(/^automatic.amount_nano_usd/);
    await expect(set({ thresholdNanoUsd: 0n })).rejects.toThrow(/^automatic.threshold_nano_usd/);
    await expect(payments.settings.set({ ...settings, lowBalanceNanoUsd: -1n })).rejects.toThrow(
      /^low_balance_nano_usd/,
    );
    const without = { ...settings, accountId: await createAccount() };
    await expect(payments.settings.set(without)).rejects.toThrow(/^automatic: there is no payment method/);
  });

  test('leaves a frozen account alone', async () => {
    const account = await withAutomatic();
    await payments.freezes.freeze(account, 'x', 'ann');
    await spend(account, usd(8));
    await payments.automatic.lookAfter();
    expect((await booksOf(account)).balance).toBe(usd(2));
  });

  test('a low balance is told once, and again only after it was above', async () => {
    const account = await createAccount();
    const credit = (amount: bigint) =>
      pool.query('SELECT grant_credit($1, $2, $3)', [randomUUID(), account, amount.toString()]);
    const told = async () => (await eventKinds(account)).filter((kind) => kind === 'balance-low').length;
    await credit(usd(10));
    const none = { accountId: account, automatic: undefined, hasPaymentMethod: false, pausedReason: '' };
    await payments.settings.set({ ...none, lowBalanceNanoUsd: usd(5) });
    await spend(account, usd(6));
    await Promise.all(Array.from({ length: 10 }, () => payments.automaticRepository.watchLowBalances()));
    await until(async () => (await told()) === 1, 'told');
    await spend(account, usd(1));
    await payments.automaticRepository.watchLowBalances();
    expect(await told()).toBe(1);
    await credit(usd(10));
    const isAbove = async () =>
      (
        await pool.query('SELECT FROM top_up_settings WHERE account_id = $1 AND NOT balance_is_low', [
          account,
        ])
      ).rowCount === 1;
    await until(isAbove, 'above again');
    await spend(account, usd(9));
    await until(async () => (await told()) === 2, 'told again');
  });
});

describe('what happened', () => {
  test('is published on the stream, with the event’s id, and marked', async () => {
    const payments = await Payments.start();
    const account = await createAccount();
    await payments.freezes.freeze(account, 'looked odd', 'ann');
    await payments.freezes.unfreeze(account, 'ann');
    const pending = async () =>
      (
        await pool.query('SELECT FROM billing_events WHERE account_id = $1 AND published_at IS NULL', [
          account,
        ])
      ).rowCount;
    await until(async () => (await pending()) === 0, 'published');
    const manager = await jetstreamManager(nats);
    const { name } = await manager.consumers.add(billingEventsStream.stream, {
      inactive_threshold: 10_000_000_000,
    });
    const consumer = await jetstream(nats).consumers.get(billingEventsStream.stream, name);
    const seen: [string, BillingEvent][] = [];
    for await (const message of await consumer.fetch({ max_messages: 10_000, expires: 1_000 })) {
      const event = BillingEvent.decode(message.data);
      if (event.accountId === account) seen.push([message.subject.split('.').at(-1)!, event]);
      message.ack();
    }
    expect(seen.map(([kind, { event }]) => [kind, event])).toEqual([
      ['frozen', { $case: 'frozen', value: { reason: 'looked odd' } }],
      ['unfrozen', { $case: 'unfrozen', value: {} }],
    ]);
    await payments.stop();
  });
});

describe('the development payment page', () => {
  const withoutStripe = { STRIPE_SECRET_KEY: undefined, STRIPE_WEBHOOK_SECRET: undefined };

  test('takes Stripe’s place, says that no money moves, and credits once', async () => {
    const payments = await Payments.start({
      ...withoutStripe,
      DEVELOPMENT_PAYMENTS_URL: 'http://127.0.0.1:1/',
    });
    const account = await createAccount();
    const { checkoutUrl } = await payments.topUps.create(topUp(account, usd(10)));
    expect(checkoutUrl).toMatch(/^http:\/\/127\.0\.0\.1:1\/development-payments\//);
    const page = payments.url + new URL(checkoutUrl).pathname;
    const shown = await fetch(page);
    expect(shown.headers.get('content-type')).toContain('text/html');
    const text = await shown.text();
    expect(text).toContain('no money moves');
    expect(text).toContain('10.00 USD');
    const foreign = await fetch(page, { method: 'POST', headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    for (let time = 0; time < 2; time += 1) {
      const paid = await fetch(page, { method: 'POST', redirect: 'manual' });
      expect([paid.status, paid.headers.get('location')]).toEqual([303, 'https://example.com/paid']);
    }
    expect(await booksOf(account)).toMatchObject({ balance: usd(10), top_ups: 1n });
    expect((await fetch(`${payments.url}/development-payments/${randomUUID()}`)).status).toBe(404);
    await payments.stop();
    expect(await brokenInvariants()).toEqual([]);
  });

  test.each([
    ['in production', { NODE_ENV: 'production' }],
    ['when it is switched off', { DEVELOPMENT_PAYMENTS: 'off' as const }],
  ])(
    'is not there %s: nothing can be paid',
    async (_when, options) => {
      const payments = await Payments.start({ ...withoutStripe, ...options });
      const account = await createAccount();
      await expect(payments.topUps.create(topUp(account, usd(10)))).rejects.toMatchObject({
        code: 'unavailable',
      });
      const id = randomUUID();
      await pool.query(
        `INSERT INTO payments (id, account_id, kind, amount_nano_usd) VALUES ($1, $2, 'checkout', 10000000000)`,
        [id, account],
      );
      for (const method of ['GET', 'POST'])
        expect((await fetch(`${payments.url}/development-payments/${id}`, { method })).status).toBe(404);
      expect((await booksOf(account)).balance).toBe(0n);
      await payments.stop();
    },
    30_000,
  );

  test('is not there beside Stripe', async () => {
    const payments = await Payments.start();
    const { id } = await payments.open(await createAccount(), usd(10));
    expect((await fetch(`${payments.url}/development-payments/${id}`, { method: 'POST' })).status).toBe(404);
    await payments.stop();
  });
});
