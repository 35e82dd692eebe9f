import { picoUsd } from '@tokenroute/money';
import type { Hold } from '../generated/prisma/client.js';
import { parsePeakHours } from '../pricing/peak-hours.js';
import type { Price } from '../pricing/price.js';
import { type ReceiptParts, toReceipt } from './to-receipt.js';

const rate = picoUsd(150_000n);
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
const quiet = new Date('2026-11-23T00:59:59Z');
const peak = new Date('2026-11-23T01:00:00Z');

const open: Hold = {
  id: 'hold',
  accountId: 'account',
  state: 'held',
  amountNanoUsd: 1_000n,
  keyId: 'key',
  model: 'm',
  priceId: 7n,
  pricePlanId: null,
  requestDigest: null,
  attemptId: null,
  budgetMonth: null,
  gatewayId: 'gateway',
  inputTokensBound: 10n,
  outputTokensLimit: 10n,
  createdAt: quiet,
  expiresAt: peak,
  endedAt: null,
  usedAt: null,
  costNanoUsd: null,
  chargedNanoUsd: null,
  inputTokens: null,
  cachedInputTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  audioInputTokens: null,
  outputTokens: null,
  reasoningTokens: null,
  usageEstimated: null,
  httpStatus: null,
  durationMs: null,
  firstTokenMs: null,
  streamed: null,
  finishReason: null,
  upstreamModel: null,
};
const settled: Hold = {
  ...open,
  state: 'settled',
  endedAt: peak,
  usedAt: quiet,
  costNanoUsd: 300n,
  chargedNanoUsd: 200n,
  inputTokens: 2n,
  cachedInputTokens: 0n,
  cacheWrite5mTokens: 0n,
  cacheWrite1hTokens: 0n,
  audioInputTokens: 0n,
  outputTokens: 0n,
  reasoningTokens: 0n,
  usageEstimated: true,
};

function receiptOf(hold: Hold, parts: Partial<ReceiptParts> = {}) {
  const listPriced = { listPrice: price, pinned: { price, plan: null }, entries: [], loss: null };
  return toReceipt(hold, { ...listPriced, ...parts });
}

describe('toReceipt', () => {
  test('is priced by when the answer ended, however much later it was charged', () => {
    const receipt = receiptOf(settled);
    expect(receipt).toMatchObject({ usedAt: quiet, endedAt: peak, costNanoUsd: 300n, chargedNanoUsd: 200n });
    expect(receipt.usage).toMatchObject({ inputTokens: 2, outputTokens: 0, estimated: true });
    expect(receipt.items).toEqual([
      { kind: 'input', tokens: 2, picoUsdPerToken: 150_000n, picoUsd: 300_000n },
    ]);
  });

  test('a charge that does not know when its answer ended is priced by when it was written', () => {
    const receipt = receiptOf({ ...settled, usedAt: null });
    expect(receipt.items).toMatchObject([{ picoUsdPerToken: 300_000n }]);
  });

  test.each(['held', 'released', 'expired'])('a hold that is %s tells no usage', (state) => {
    const receipt = receiptOf({ ...open, state });
    expect(receipt).toMatchObject({ state, items: [], costNanoUsd: 0n });
    expect(receipt).not.toHaveProperty('usage');
    expect(receipt).not.toHaveProperty('usedAt');
    expect(receipt.price).toMatchObject({ id: 7n, peakPercent: 200 });
  });

  test('a release that overtook its hold is a receipt too', () => {
    const tombstone = { ...open, state: 'released', endedAt: quiet, keyId: null, model: null, priceId: null };
    expect(receiptOf(tombstone, { listPrice: null, pinned: null })).toMatchObject({
      keyId: '',
      model: '',
      priceId: 0n,
      items: [],
    });
  });
});
