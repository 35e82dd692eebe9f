import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, succeed } from './endpoints.js';
import { readForm } from './form-body.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { signatureHeader } from './signature-header.js';
import {
  type CardAnswer,
  nowSeconds,
  StripeBooks,
  type StripeEvent,
  type StripeObject,
} from './stripe-books.js';
import { StripeFailure } from './stripe-failure.js';

/** What a request meets instead of its answer. `lost-answer`: it is done, and the connection breaks. */
type NetworkFault = 'unavailable' | 'lost-answer';

export interface ReceivedRequest {
  method: string;
  path: string;
  idempotencyKey: string | undefined;
  form: Record<string, unknown>;
}

export interface SendOptions {
  secret?: string;
  ageSeconds?: number;
  url?: string;
  timeoutMs?: number;
}

/** A stand-in of Stripe's API on a free port of this machine. */
export class StripeSimulator {
  readonly webhookSecret = 'whsec_simulated_for_tests';
  readonly requests: ReceivedRequest[] = [];
  /** Events that were not sent, because they are held or nobody said where to. */
  readonly outbox: StripeEvent[] = [];
  /** Met by the next requests, one each. */
  readonly faults: NetworkFault[] = [];
  cardAnswers: CardAnswer = 'ok';
  webhookUrl: string | undefined;

  readonly books = new StripeBooks();
  private readonly keys = new IdempotencyKeys();
  private isHolding = false;
  private sending: Promise<unknown> = Promise.resolve();
  private address = '';

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StripeSimulator> {
    const server = createServer();
    const simulator = new StripeSimulator(server);
    server.on('request', (request, response) => simulator.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    simulator.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return simulator;
  }

  get url(): string {
    return this.address;
  }

  async stop(): Promise<void> {
    await this.sending;
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** From now on events wait in the outbox, to be sent by hand. */
  hold(): void {
    this.isHolding = true;
  }

  /** Sends what waits, in order, and from now on every event at once. */
  async release(): Promise<void> {
    this.isHolding = false;
    for (const event of this.outbox.splice(0)) await this.send(event);
  }

  /** Every event that was sent has been answered. */
  async delivered(): Promise<void> {
    await this.sending;
  }

  /**
   * @param options `url`: there instead of at webhookUrl; `timeoutMs`: how long the answer is waited for
   * @returns the status of the answer
   */
  async send(event: StripeEvent, options: SendOptions = {}): Promise<number> {
    const url = options.url ?? this.webhookUrl;
    if (!url) throw new Error('nobody said where events go: set webhookUrl');
    const body = JSON.stringify(event, null, 2);
    const at = nowSeconds() - (options.ageSeconds ?? 0);
    const response = await fetch(url, {
      method: 'POST',
      signal: options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureHeader(body, options.secret ?? this.webhookSecret, at),
      },
      body,
    });
    await response.body?.cancel();
    return response.status;
  }

  /** The customer fills in the page. `delayed`: the bank takes days, `settleDelayed` ends them. */
  payCheckout(
    sessionId: string,
    options: { delayed?: boolean; amount?: number; currency?: string } = {},
  ): StripeObject {
    const session = this.books.get(sessionId);
    const fields = (session as { intentFields?: Record<string, unknown> }).intentFields;
    const intent = this.books.add('pi', {
      status: 'processing',
      amount: options.amount ?? session['amount_total'],
      amount_received: 0,
      currency: options.currency ?? session['currency'],
      customer: session['customer'],
      payment_method: this.books.add('pm', { type: 'card', customer: session['customer'] }).id,
      receipt_email: null,
      setup_future_usage: null,
      latest_charge: null,
      ...fields,
    });
    session['payment_intent'] = intent.id;
    session['status'] = 'complete';
    if (!options.delayed) {
      session['payment_status'] = 'paid';
      succeed(this, intent);
    }
    this.tell('checkout.session.completed', session);
    return intent;
  }

  settleDelayed(sessionId: string): void {
    const session = this.books.get(sessionId);
    session['payment_status'] = 'paid';
    succeed(this, this.books.get(session['payment_intent']));
    this.tell('checkout.session.async_payment_succeeded', session);
  }

  expire(sessionId: string): void {
    const session = this.books.get(sessionId);
    session['status'] = 'expired';
    this.tell('checkout.session.expired', session);
  }

  refund(intentId: string, cents: number): StripeObject {
    const charge = this.chargeOf(intentId);
    const { currency } = charge;
    const refund = this.books.add('re', {
      amount: cents,
      currency,
      charge: charge.id,
      payment_intent: intentId,
      status: 'succeeded',
      reason: null,
    });
    charge['amount_refunded'] += cents;
    charge['refunded'] = charge['amount_refunded'] >= charge['amount'];
    this.tell('refund.created', refund);
    this.tell('charge.refunded', charge);
    return refund;
  }

  /** The bank sent it back: it comes after the refund had succeeded. */
  failRefund(refundId: string): void {
    const refund = this.books.get(refundId);
    refund['status'] = 'failed';
    this.chargeOf(refund['payment_intent'])['amount_refunded'] -= refund['amount'];
    this.tell('refund.updated', refund);
    this.tell('refund.failed', refund);
  }

  dispute(intentId: string, options: { cents?: number; inquiry?: boolean } = {}): StripeObject {
    const charge = this.chargeOf(intentId);
    charge['disputed'] = true;
    const dispute = this.books.add('dp', {
      amount: options.cents ?? charge['amount'],
      currency: charge['currency'],
      charge: charge.id,
      payment_intent: intentId,
      reason: 'fraudulent',
      status: options.inquiry ? 'warning_needs_response' : 'needs_response',
      balance_transactions: [],
    });
    this.tell('charge.dispute.created', dispute);
    if (!options.inquiry) this.withdraw(dispute.id);
    return dispute;
  }

  /** The bank takes the money, and Stripe takes it from us. */
  withdraw(disputeId: string): void {
    const dispute = this.books.get(disputeId);
    dispute['balance_transactions'] = [{ object: 'balance_transaction', amount: -dispute['amount'] }];
    this.tell('charge.dispute.funds_withdrawn', dispute);
  }

  closeDispute(disputeId: string, status: 'won' | 'lost' | 'warning_closed'): void {
    const dispute = this.books.get(disputeId);
    dispute['status'] = status;
    if (status === 'won') {
      dispute['balance_transactions'].push({ object: 'balance_transaction', amount: dispute['amount'] });
      this.tell('charge.dispute.funds_reinstated', dispute);
    }
    this.tell('charge.dispute.closed', dispute);
  }

  tell(type: string, object: StripeObject): void {
    const event = this.books.event(type, object);
    if (this.isHolding || !this.webhookUrl) {
      this.outbox.push(event);
      return;
    }
    this.sending = this.sending.then(() => this.send(event)).catch(() => this.outbox.push(event));
  }

  private chargeOf(intentId: string): StripeObject {
    return this.books.get(this.books.get(intentId)['latest_charge']);
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.respond(request, response, Buffer.concat(chunks).toString('utf8')));
  }

  private respond(request: IncomingMessage, response: ServerResponse, body: string): void {
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', this.address);
    const form = readForm(body);
    const key = headers['idempotency-key'] as string | undefined;
    this.requests.push({ method, path: url.pathname, idempotencyKey: key, form });
    const fault = this.faults.shift();
    if (fault === 'unavailable') return void response.destroy();
    const { status, text } = this.keys.answer(key, `${method} ${url.pathname} ${body}`, () =>
      isKey(headers.authorization) ? this.outcome(() => answer(this, method, url, form)) : unauthorized,
    );
    if (fault === 'lost-answer') return void response.destroy();
    response.writeHead(status, {
      'content-type': 'application/json',
      'request-id': `req_${this.requests.length}`,
    });
    response.end(text);
  }

  private outcome(work: () => object): { status: number; text: string } {
    try {
      return { status: 200, text: JSON.stringify(work()) };
    } catch (error) {
      if (!(error instanceof StripeFailure)) throw error;
      return { status: error.status, text: JSON.stringify({ error: error.error }) };
    }
  }
}

const unauthorized = {
  status: 401,
  text: JSON.stringify({ error: { type: 'invalid_request_error', message: 'Invalid API Key provided.' } }),
};

function isKey(authorization: string | undefined): boolean {
  return /^Bearer sk_test_\w+$/.test(authorization ?? '');
}
