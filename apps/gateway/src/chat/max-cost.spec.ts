import { nanoUsd } from '@tokenroute/money';
import { readChatRequest } from '@tokenroute/openai-wire';
import { lowerMaxCost, parseMaxCost, takeMaxCost } from './max-cost.js';

const required = '"model":"m","messages":[{"role":"user","content":"max_cost"}]';

function take(members: string): { json: string; maxCostNanoUsd: bigint | null } {
  const text = `{${members}${required}}`;
  const { json, request, maxCostNanoUsd } = takeMaxCost(text, readChatRequest(text));
  expect(request).toEqual(readChatRequest(json));
  return { json, maxCostNanoUsd };
}

describe('max_cost of a request', () => {
  test.each([
    ['"0.01"', 10_000_000n],
    ['0.01', 10_000_000n],
    ['"0.000000001"', 1n],
    // As a float this is 1e-9, and the last digit of the next one is lost.
    ['0.000000001', 1n],
    ['123456789.123456789', 123_456_789_123_456_789n],
    ['0', 0n],
  ])('%s is exact, and does not reach the provider', (written, expected) => {
    expect(take(`"max_cost": ${written} , `)).toEqual({ json: `{${required}}`, maxCostNanoUsd: expected });
  });

  test('null asks for nothing and does not reach the provider either', () => {
    expect(take('"max_cost":null,')).toEqual({ json: `{${required}}`, maxCostNanoUsd: null });
  });

  test('of a repeated member the last counts and none is left', () => {
    expect(take('"max_cost":1,"max_c\\u006fst":2,')).toEqual({
      json: `{${required}}`,
      maxCostNanoUsd: 2_000_000_000n,
    });
  });

  test('a request without it stays byte for byte what it is', () => {
    const json = `{ ${required} }`;
    const request = readChatRequest(json);
    expect(takeMaxCost(json, request)).toEqual({ json, request, maxCostNanoUsd: null });
  });

  test.each(['true', '{}', '[1]', '"1 USD"', '-1', '1e3', '0.0000000001'])('%s is refused', (written) => {
    expect(() => take(`"max_cost":${written},`)).toThrow(/^max_cost: must be an amount of USD/);
  });
});

test('a maximum by header is refused by the header’s name', () => {
  expect(() => parseMaxCost('0.01, 0.02', 'x-tokenroute-max-cost-usd')).toThrow(
    /^x-tokenroute-max-cost-usd: must be/,
  );
});

test('of two maxima the lower counts, of one that one', () => {
  expect(lowerMaxCost(nanoUsd(2n), nanoUsd(1n))).toBe(1n);
  expect(lowerMaxCost(nanoUsd(0n), null)).toBe(0n);
  expect(lowerMaxCost(null, nanoUsd(0n))).toBe(0n);
  expect(lowerMaxCost(null, null)).toBeNull();
});
