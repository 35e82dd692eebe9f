import { meter } from '@tokenroute/service-kit';
import type { BillingLimit } from './billing-limit.js';
import { type RefusalReason, refusalReasons } from './overloaded.js';

const counts: Record<RefusalReason, number> = { requests: 0, queue: 0, billing: 0, provider: 0 };
const labels = refusalReasons.map((reason) => [reason, { reason }] as const);

const refusals = meter.createObservableCounter('tokenroute.overload.refusals', {
  unit: '{request}',
  description: 'Requests that were refused because there was too much to do, by what there was too much of',
});
refusals.addCallback((result) => {
  for (const [reason, label] of labels) result.observe(counts[reason], label);
});

/** A number and nothing more: who is overloaded counts thousands a second. */
export function countShed(reason: RefusalReason): void {
  counts[reason] += 1;
}

export const requestsUnderWay = meter.createObservableGauge('tokenroute.requests.under_way', {
  unit: '{request}',
  description: 'Requests with a key that are being answered',
});

export const requestsWaiting = meter.createObservableGauge('tokenroute.requests.waiting', {
  unit: '{request}',
  description:
    'Of these, requests that have not begun yet: they wait for the event loop, or for room at billing',
});

const billingWaiting = meter.createObservableGauge('tokenroute.billing.waiting', {
  unit: '{request}',
  description: 'Holds and charges that billing was asked for and has not answered yet',
});

const billingWaitingLimit = meter.createObservableGauge('tokenroute.billing.waiting_limit', {
  unit: '{request}',
  description: 'How many of them there may be before requests wait to begin',
});

export function observeBillingLimit(limit: BillingLimit): void {
  billingWaiting.addCallback((result) => result.observe(limit.waiting));
  billingWaitingLimit.addCallback((result) => result.observe(limit.limit));
}
