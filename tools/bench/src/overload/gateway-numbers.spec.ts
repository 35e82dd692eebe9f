import { parseGatewayNumbers, shareWithin } from './gateway-numbers.js';

const bucket = (status: number, le: string, count: number) =>
  `http_server_request_duration_bucket{http_route="/v1/chat/completions",http_response_status_code="${status}",le="${le}"} ${count}`;

const text = (within: number, all: number) =>
  [
    'tokenroute_overload_refusals_total{reason="billing"} 7',
    'tokenroute_overload_refusals_total{reason="provider"} 0',
    'tokenroute_billing_waiting_limit 512',
    'nodejs_eventloop_delay_p99 0.012',
    bucket(200, '0.05', 1_000),
    bucket(503, '0.05', within),
    bucket(503, '+Inf', all),
  ].join('\n');

test('refusals are told by reason, and delays in milliseconds', () => {
  expect(parseGatewayNumbers(text(1, 2))).toMatchObject({
    refusals: { billing: 7, provider: 0 },
    billingWaitingLimit: 512,
    loopDelayP99Ms: 12,
  });
});

test('only the 503s between two readings count', () => {
  const [before, after] = [parseGatewayNumbers(text(5, 10)), parseGatewayNumbers(text(8, 14))];
  expect(shareWithin(0.05, before, after)).toBe(3 / 4);
  expect(shareWithin(0.05, after, after)).toBe(1);
});
