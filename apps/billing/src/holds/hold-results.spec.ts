import type { Usage } from '@tokenroute/contracts';
import { picoUsd } from '@tokenroute/money';
import { parsePeakHours } from '../pricing/peak-hours.js';
import type { Price } from '../pricing/price.js';
import { toReserveResult, toSettleResult } from './hold-results.js';

const rate = picoUsd(1_000n);
const price: Price = {
  id: 7n,
  modelId: 'm',
  effectiveFrom: new Date(0),
  source: 'test',
  rates: {
    input: rate,
    cachedInput: rate,
    cacheWrite5m: rate,
    cacheWrite1h: rate,
    audioInput: rate,
    output: rate,
  },
  longContext: null,
  peak: { hours: parsePeakHours('Mon-Fri 01:00-04:00'), percent: 200n },
};
const usage: Usage = {
  inputTokens: 3,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

test('a settlement is itemised by the time that was charged, so that a repeat gets the same answer', () => {
  const peak = new Date('2026-11-23T01:00:00Z');
  const row = { outcome: 'charged' as const, cost_nano_usd: 6n, charged_nano_usd: 5n, used_at: peak };
  expect(toSettleResult(row, { usage, price }).outcome).toEqual({
    $case: 'charged',
    value: {
      costNanoUsd: 6n,
      chargedNanoUsd: 5n,
      items: [{ kind: 'input', tokens: 3, picoUsdPerToken: 2_000n, picoUsd: 6_000n }],
    },
  });
});

test('a ceiling above the maximum is told with the ceiling', () => {
  const row = {
    outcome: 'maximum-exceeded' as const,
    amount_nano_usd: 9n,
    price_id: 7n,
    price_plan_id: null,
    available_nano_usd: 100n,
  };
  expect(toReserveResult(row).outcome).toEqual({ $case: 'maximumExceeded', value: { ceilingNanoUsd: 9n } });
});
