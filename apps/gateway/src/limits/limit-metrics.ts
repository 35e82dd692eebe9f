import { meter } from '@tokenroute/service-kit';

export const limitsAreLocal = meter.createObservableGauge('tokenroute.limits.local', {
  description: '1 while Redis does not answer and this gateway limits by itself',
});

const refusals = meter.createCounter('tokenroute.limits.refusals', {
  unit: '{request}',
  description: 'Requests that were refused by a limit, by limit',
});

export function countRefusal(limit: string): void {
  refusals.add(1, { limit });
}
