import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import type { CreateTopUpResponse } from '@tokenroute/contracts';
import type { Credit } from '../oracle/facts.js';
import type { Random } from '../random.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import { type Customer, poorNanoUsd } from './customers.js';

type StripeEvent = ChaosSystem['stripe']['outbox'][number];

const topUpNanoUsd = 5_000_000_000n;

/**
 * Pays top-ups, and tells of each payment several times, in any order, at any billing; grants credit, each grant twice.
 * `credits` is what accounts must have got in the end.
 */
export class MoneyIn {
  readonly credits: Credit[] = [];
  /** Events that were sent, repeats included. */
  eventsSent = 0;
  private readonly unanswered: StripeEvent[] = [];
  private readonly unconfirmed: { accountId: string; amountNanoUsd: bigint; grantId: string }[] = [];
  private ending = false;
  private working: Promise<unknown> = Promise.resolve();
  private readonly rich: Customer[];
  private readonly poor: Customer[];

  constructor(
    private readonly system: ChaosSystem,
    customers: readonly Customer[],
    private readonly random: Random,
  ) {
    this.rich = customers.filter(({ isPoor }) => !isPoor);
    this.poor = customers.filter(({ isPoor }) => isPoor);
    // Events wait for us, who deliver them as badly as networks do.
    system.stripe.hold();
  }

  start(): void {
    this.working = this.work();
  }

  /** Resolves when Stripe has an answer to every event, and billing has confirmed every grant. */
  async finish(givenUp: AbortSignal): Promise<void> {
    this.ending = true;
    await this.working;
    while (!givenUp.aborted && this.unanswered.length + this.unconfirmed.length > 0) {
      await this.deliver(this.unanswered.splice(0));
      await this.grantWhatWaits();
      await pause(200);
    }
  }

  private async work(): Promise<void> {
    while (!this.ending) {
      await this.topUp(this.random.pick(this.rich).id);
      if (this.poor.length > 0) this.grant(this.random.pick(this.poor).id);
      await this.grantWhatWaits();
      await pause(this.random.whole(500, 2_000));
    }
  }

  private async topUp(accountId: string): Promise<void> {
    const session = await this.openPage(accountId);
    if (session === null) return;
    this.system.stripe.payCheckout(session);
    this.credits.push({ accountId, kind: 'top-up', amountNanoUsd: topUpNanoUsd });
    const events = [...this.unanswered.splice(0), ...this.system.stripe.outbox.splice(0)];
    await this.deliver(this.random.shuffled(events.flatMap((event) => this.repeated(event))));
  }

  /** @returns the session to be paid, null when billing was not there for it */
  private async openPage(accountId: string): Promise<string | null> {
    const topUp = {
      id: randomUUID(),
      accountId,
      amountNanoUsd: topUpNanoUsd,
      successUrl: 'https://example.com/paid',
      cancelUrl: 'https://example.com/back',
      savePaymentMethod: false,
    };
    for (let attempt = 0; attempt < 3 && !this.ending; attempt += 1) {
      try {
        const { checkoutUrl } = await new Promise<CreateTopUpResponse>((resolve, reject) => {
          const options = { deadline: Date.now() + 5_000 };
          this.system.payments.createTopUp(topUp, new Metadata(), options, (error, answer) =>
            error ? reject(error) : resolve(answer),
          );
        });
        return checkoutUrl.split('/').at(-1)!;
      } catch {
        await pause(500);
      }
    }
    return null;
  }

  private repeated(event: StripeEvent): StripeEvent[] {
    return Array.from({ length: this.random.whole(1, 3) }, () => event);
  }

  /** What gets no answer is told again later, as Stripe does. */
  private async deliver(events: readonly StripeEvent[]): Promise<void> {
    await Promise.all(
      events.map(async (event) => {
        this.eventsSent += 1;
        if (!(await this.isTaken(event))) this.unanswered.push(event);
      }),
    );
  }

  private async isTaken(event: StripeEvent): Promise<boolean> {
    const { stripe, webhookUrls } = this.system;
    const sent = stripe.send(event, { url: this.random.pick(webhookUrls), timeoutMs: 10_000 });
    return (await sent.catch(() => 0)) === 200;
  }

  private grant(accountId: string): void {
    this.credits.push({ accountId, kind: 'grant', amountNanoUsd: poorNanoUsd / 4n });
    this.unconfirmed.push({ accountId, amountNanoUsd: poorNanoUsd / 4n, grantId: randomUUID() });
  }

  private async grantWhatWaits(): Promise<void> {
    for (const grant of this.unconfirmed.splice(0)) {
      const once = await this.isGranted(grant);
      const twice = await this.isGranted(grant);
      if (!once && !twice) this.unconfirmed.push(grant);
    }
  }

  private isGranted(grant: { accountId: string; amountNanoUsd: bigint; grantId: string }): Promise<boolean> {
    const granted = new Promise<boolean>((resolve) => {
      const options = { deadline: Date.now() + 5_000 };
      this.system.operator.billingAdmin.grantCredit(
        grant,
        new Metadata(),
        options,
        (error: ServiceError | null) => resolve(error === null),
      );
    });
    // When a run fails, the connection is closed under us: that must not hide why it failed.
    return granted.catch(() => false);
  }
}
