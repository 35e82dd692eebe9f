import type { Usage } from '@tokenroute/contracts';
import { addNanoUsd, nanoUsd, picoUsd, roundUpToNanoUsd } from '@tokenroute/money';
import fc from 'fast-check';
import { cost } from './cost.js';
import { parsePeakHours } from './peak-hours.js';
import type { Price, Rates } from './price.js';
import { type ChargedUse, PriceEffect } from './price-effect.js';
import { type PricePlan, withPlan } from './price-plan.js';

const quiet = new Date('2026-11-23T00:30:00Z');
const peak = new Date('2026-11-23T01:30:00Z');

function rates(input: bigint, output: bigint): Rates {
  const [i, o] = [picoUsd(input), picoUsd(output)];
  return { input: i, cachedInput: i, cacheWrite5m: i, cacheWrite1h: i, audioInput: i, output: o };
}

function price(members: Partial<Price>): Price {
  const source = { id: 1n, modelId: 'm', effectiveFrom: new Date(0), source: 'test' };
  return { ...source, rates: rates(1_000n, 2_000n), longContext: null, peak: null, ...members };
}

function use(accountId: string, members: Partial<Usage>, usedAt = quiet): ChargedUse {
  const none = { cachedInputTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, audioInputTokens: 0 };
  const usage = {
    inputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    ...none,
    ...members,
  };
  return { accountId, usage, usedAt };
}

const listPrices = () => null;

function effectOf(before: Price | null, after: Price, uses: ChargedUse[], planOf = listPrices as never) {
  const effect = new PriceEffect(before, after, planOf);
  for (const each of uses) effect.add(each);
  return effect;
}

const plan: PricePlan = {
  id: 1n,
  accountId: 'a',
  modelId: null,
  basisPoints: 5_000n,
  effectiveFrom: new Date(0),
  reason: 'test',
};

test('a request costs at each price what it would be charged at it, with its account’s plan', () => {
  const counts = fc.nat({ max: 500_000 });
  const uses = fc.array(
    fc.record({
      accountId: fc.constantFrom('a', 'b'),
      usage: fc.record({ inputTokens: counts, cachedInputTokens: counts, outputTokens: counts }),
      usedAt: fc.constantFrom(quiet, peak),
    }),
  );
  const before = price({ peak: { hours: parsePeakHours('Mon-Fri 01:00-02:00'), percent: 150n } });
  const after = price({ longContext: { aboveTokens: 200_000, rates: rates(3_000n, 5_001n) } });
  fc.assert(
    fc.property(uses, (drawn) => {
      const all = drawn.map(({ accountId, usage, usedAt }) => use(accountId, usage, usedAt));
      const planOf = (accountId: string) => (accountId === 'a' ? plan : null);
      const effect = effectOf(before, after, all, planOf as never);
      const charged = (of: Price) =>
        addNanoUsd(
          nanoUsd(0n),
          ...all.map(({ accountId, usage, usedAt }) =>
            cost(usage, accountId === 'a' ? withPlan(of, plan) : of, usedAt),
          ),
        );
      expect(effect.total).toEqual({
        requests: BigInt(all.length),
        before: charged(before),
        after: charged(after),
      });
      const ofAccounts = [...effect.byAccount.values()];
      expect(addNanoUsd(nanoUsd(0n), ...ofAccounts.map((account) => account.after))).toBe(effect.total.after);
    }),
  );
});

test('tokens are told by class, each with its exact price', () => {
  const effect = effectOf(price({}), price({ rates: rates(500n, 2_500n) }), [
    use('a', { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3 }),
    use('b', { inputTokens: 1, outputTokens: 1 }),
  ]);
  expect(effect.byKind.get('input')).toEqual({ tokens: 7n, before: 7_000n, after: 3_500n });
  expect(effect.byKind.get('cached_input')).toEqual({ tokens: 4n, before: 4_000n, after: 2_000n });
  expect(effect.byKind.get('output')).toEqual({ tokens: 4n, before: 8_000n, after: 10_000n });
  expect(effect.byKind.get('audio_input')).toEqual({ tokens: 0n, before: 0n, after: 0n });
  expect(roundUpToNanoUsd(effect.byKind.get('input')!.after)).toBe(4n);
});

test('who pays the same is not affected; the others come by how much it makes for them', () => {
  const effect = effectOf(price({}), price({ rates: rates(1_000n, 9_000n) }), [
    use('input alone', { inputTokens: 1_000 }),
    use('a little', { outputTokens: 1 }),
    use('much', { outputTokens: 1_000 }),
  ]);
  expect(effect.affected().map(([accountId]) => accountId)).toEqual(['much', 'a little']);
});

test('before the first price nothing was paid', () => {
  expect(effectOf(null, price({}), [use('a', { inputTokens: 5 })]).total).toEqual({
    requests: 1n,
    before: 0n,
    after: 5n,
  });
});
