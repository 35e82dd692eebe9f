import {
  byCost,
  percentOf,
  showChange,
  showShare,
  toBars,
  toUsageCsv,
  type UsageGroup,
} from './usage-figures.js';

function group(fields: Partial<Omit<UsageGroup, 'sum'>>, chargedNanoUsd: string, requests = '1'): UsageGroup {
  const sum = {
    requests,
    inputTokens: '10',
    cachedInputTokens: '0',
    cacheWriteTokens: '0',
    outputTokens: '5',
    reasoningTokens: '0',
    costNanoUsd: chargedNanoUsd,
    chargedNanoUsd,
  };
  return { beginsAt: null, keyId: null, model: null, ...fields, sum };
}

test('an hour without usage has a bar of nothing, and amounts of one hour are added up', () => {
  const hour = '2026-11-28T01:00:00.000Z';
  const range = {
    from: '2026-11-28T00:00:00.000Z',
    to: '2026-11-28T03:00:00.000Z',
    previousFrom: '2026-11-27T21:00:00.000Z',
    bucket: 'hour' as const,
  };
  const groups = [
    group({ beginsAt: hour, model: 'a' }, '9007199254740993'),
    group({ beginsAt: hour, model: 'b' }, '1'),
  ];
  expect(toBars(groups, range).map(({ nanoUsd }) => nanoUsd)).toEqual([0n, 9007199254740994n, 0n]);
});

test('the dearest comes first', () => {
  const groups = [
    group({ model: 'a' }, '5'),
    group({ model: 'b' }, '10000000000000000'),
    group({ model: 'c' }, '7'),
  ];
  expect(byCost(groups).map(({ model }) => model)).toEqual(['b', 'c', 'a']);
});

test('a bar is never longer than its whole', () => {
  expect(percentOf('1', '3')).toBe(33.33);
  expect(percentOf('5', '3')).toBe(100);
  expect(percentOf('5', '0')).toBe(0);
});

test('a change is told in percent, and not at all where nothing was before', () => {
  expect(showChange('150', '100')).toBe('+50 %');
  expect(showChange('60', '100')).toBe('−40 %');
  expect(showChange('60', '0')).toBeNull();
});

test('an export is exact, and no name in it is a formula', () => {
  const csv = toUsageCsv([group({ model: '=HYPERLINK("x"),1' }, '123')]);
  expect(csv.split('\r\n')[1]).toBe(`,,"'=HYPERLINK(""x""),1",1,10,0,0,5,123,123`);
});

test.each([
  ['0', '0', '–'],
  ['0', '7', '0 %'],
  ['7', '7', '100 %'],
  ['1', '80', '1.25 %'],
  ['1', '3', '33.33 %'],
  ['1', '1000000', '< 0.01 %'],
  ['999999', '1000000', '> 99.99 %'],
])('%s of %s are %s', (part, whole, shown) => {
  expect(showShare(part, whole)).toBe(shown);
});
