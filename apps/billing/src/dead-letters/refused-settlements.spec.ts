import { EndRefusal, type Settlement, SettleRequest, type SettleResult } from '@tokenroute/contracts';
import { decodeSettlements, outcomeOf, refusedSettlements } from './refused-settlements.js';

const settlement: Settlement = {
  holdId: '019aa000-0000-7000-8000-000000000001',
  accountId: '019aa000-0000-7000-8000-000000000002',
  keyId: '',
  model: 'gpt-4o-mini',
  priceId: 1n,
  usage: {
    inputTokens: 1,
    cachedInputTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 0,
    outputTokens: 1,
    reasoningTokens: 0,
    estimated: false,
  },
  usedAtUnixMs: 1n,
};
const charged: SettleResult = {
  outcome: { $case: 'charged', value: { costNanoUsd: 1n, chargedNanoUsd: 1n, items: [] } },
};
const refused = (value: EndRefusal): SettleResult => ({ outcome: { $case: 'refused', value } });

test.each([
  ['charged', settlement, charged],
  ['conflict', settlement, refused(EndRefusal.END_REFUSAL_CONFLICT)],
  ['unknown-account', settlement, refused(EndRefusal.END_REFUSAL_UNKNOWN_ACCOUNT)],
  ['unknown-price', settlement, refused(EndRefusal.END_REFUSAL_UNKNOWN_PRICE)],
  ['failed', settlement, refused(EndRefusal.END_REFUSAL_FAILED)],
  ['failed', settlement, { outcome: undefined }],
  ['malformed', { ...settlement, holdId: 'x' }, refused(EndRefusal.END_REFUSAL_CONFLICT)],
  ['malformed', { ...settlement, usage: undefined }, refused(EndRefusal.END_REFUSAL_CONFLICT)],
] as const)('what came to %s is told so', (outcome, item, result) => {
  expect(outcomeOf(item, result)).toBe(outcome);
});

test('of a batch only the refused are kept, each by itself and with its own reason', () => {
  const items = ['a', 'b', 'c'].map((model) => ({ ...settlement, model }));
  const results = [
    refused(EndRefusal.END_REFUSAL_UNKNOWN_PRICE),
    charged,
    refused(EndRefusal.END_REFUSAL_CONFLICT),
  ];
  const kept = refusedSettlements(items, results).map(({ payload, reason }) => [
    reason,
    decodeSettlements(payload)!.map(({ model }) => model),
  ]);
  expect(kept).toEqual([
    ['unknown-price', ['a']],
    ['conflict', ['c']],
  ]);
});

test('bytes that hold no settlement are none', () => {
  const none = [new Uint8Array(), Buffer.from('ffff', 'hex'), SettleRequest.encode({ items: [] }).finish()];
  expect(none.map(decodeSettlements)).toEqual([null, null, null]);
});
