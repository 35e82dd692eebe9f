import { parseGatewayNumbers } from './gateway-numbers.js';

test('refusals are told by reason, and delays in milliseconds', () => {
  const text = [
    'tokenroute_overload_refusals_total{reason="billing"} 7',
    'tokenroute_overload_refusals_total{reason="provider"} 0',
    'tokenroute_billing_waiting_limit 512',
    'nodejs_eventloop_delay_p99 0.012',
  ].join('\n');
  expect(parseGatewayNumbers(text)).toMatchObject({
    refusals: { billing: 7, provider: 0 },
    billingWaitingLimit: 512,
    loopDelayP99Ms: 12,
  });
});
