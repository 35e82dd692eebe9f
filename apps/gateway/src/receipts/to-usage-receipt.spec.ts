import type { GetHoldResponse } from '@tokenroute/contracts';
import { toUsageReceipt } from './to-usage-receipt.js';

const held: GetHoldResponse = {
  id: 'request',
  accountId: 'account',
  keyId: 'key',
  model: 'gpt-4o-mini',
  state: 'held',
  amountNanoUsd: 1_000_000n,
  priceId: 7n,
  costNanoUsd: 0n,
  chargedNanoUsd: 0n,
  createdAt: new Date('2026-11-23T00:00:00Z'),
  items: [],
  entries: [],
  lossReason: '',
};
const endedAt = new Date('2026-11-23T00:00:01Z');

describe('toUsageReceipt', () => {
  test('what is settled tells its usage, its cost, and what was paid of it', () => {
    const usage = {
      inputTokens: 12,
      cachedInputTokens: 2,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 0,
      outputTokens: 3,
      reasoningTokens: 1,
      estimated: true,
    };
    const items = [{ kind: 'output', tokens: 3, picoUsdPerToken: 1n, picoUsd: 3n }];
    const settled = { ...held, state: 'settled', costNanoUsd: 2n, chargedNanoUsd: 1n, endedAt, usage, items };
    expect(toUsageReceipt(settled)).toEqual({
      id: 'request',
      object: 'usage',
      model: 'gpt-4o-mini',
      state: 'settled',
      created_at: '2026-11-23T00:00:00.000Z',
      ended_at: '2026-11-23T00:00:01.000Z',
      hold_usd: '0.001',
      cost: '0.000000002',
      charged: '0.000000001',
      estimated: true,
      usage: {
        input_tokens: 12,
        cached_input_tokens: 2,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        audio_input_tokens: 0,
        output_tokens: 3,
        reasoning_tokens: 1,
      },
      cost_details: {
        price_id: '7',
        items: [{ kind: 'output', tokens: 3, usd_per_million: '0.000001', usd: '0.000000000003' }],
        estimated: true,
      },
    });
  });

  test('what is under way does not tell a cost of nothing', () => {
    expect(toUsageReceipt(held)).toMatchObject({
      state: 'held',
      ended_at: null,
      cost: null,
      charged: null,
      usage: null,
      cost_details: null,
    });
  });

  test.each(['released', 'expired'])('what is %s cost nothing', (state) => {
    expect(toUsageReceipt({ ...held, state, endedAt })).toMatchObject({
      state,
      cost: '0.00',
      charged: '0.00',
      estimated: false,
      usage: null,
    });
  });
});
