import { missing } from './stripe-failure.js';

/** An object of Stripe's; only what billing reads is here. */
export type StripeObject = Record<string, any> & { id: string; object: string }; // eslint-disable-line @typescript-eslint/no-explicit-any -- shapes are Stripe's

export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  livemode: false;
  data: { object: StripeObject };
}

/** What every card answers to a payment without its owner. */
export type CardAnswer = 'ok' | 'declined' | 'authentication_required' | 'processing';

const kinds: Record<string, string> = {
  cus: 'customer',
  cs: 'checkout.session',
  pi: 'payment_intent',
  pm: 'payment_method',
  ch: 'charge',
  re: 'refund',
  dp: 'dispute',
};

/** The objects there are, by id. Ids count up, so the same calls give the same ids. */
export class StripeBooks {
  private readonly objects = new Map<string, StripeObject>();
  private readonly counts = new Map<string, number>();

  /** @param prefix of the id, which says what kind of object it is */
  add(prefix: string, fields: Record<string, unknown>): StripeObject {
    const id = this.nextId(prefix);
    const object: StripeObject = {
      id,
      object: kinds[prefix]!,
      created: nowSeconds(),
      livemode: false,
      metadata: {},
      ...fields,
    };
    this.objects.set(id, object);
    return object;
  }

  /** @throws StripeFailure */
  get(id: string): StripeObject {
    const object = this.objects.get(id);
    if (!object) throw missing('object', id);
    return object;
  }

  all(kind: string): StripeObject[] {
    return [...this.objects.values()].filter(({ object }) => object === kind);
  }

  event(type: string, object: StripeObject): StripeEvent {
    return {
      id: this.nextId('evt'),
      object: 'event',
      type,
      created: nowSeconds(),
      livemode: false,
      // As it was then: what happens to the object later does not change the event.
      data: { object: structuredClone(object) },
    };
  }

  private nextId(prefix: string): string {
    const count = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, count);
    return `${prefix}_${String(count).padStart(8, '0')}`;
  }
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
