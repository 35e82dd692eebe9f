import { withCost } from './with-cost.js';

const details = { price_id: '7', items: [] };

function insert(json: string, chargedNanoUsd: bigint | null): string {
  const tail = Buffer.from(json);
  const cost = chargedNanoUsd === null ? null : { chargedNanoUsd, details };
  return withCost({ tail, usageMembersAt: tail.indexOf('"usage":{') + 9 }, cost).toString();
}

describe('withCost', () => {
  test('puts the exact cost and what it is made of into the usage and leaves every other byte', () => {
    expect(insert('{"id":"é","usage":{"total_tokens":3}}', 1_230n)).toBe(
      '{"id":"é","usage":{"cost":"0.00000123","cost_details":{"price_id":"7","items":[]},"total_tokens":3}}',
    );
  });

  test('an empty usage stays valid JSON', () => {
    expect(JSON.parse(insert('{"usage":{ }}', 0n))).toEqual({
      usage: { cost: '0.00', cost_details: details },
    });
  });

  test('without a cost or a place for it the bytes stay as they are', () => {
    expect(insert('{"usage":{}}', null)).toBe('{"usage":{}}');
    expect(
      withCost({ tail: Buffer.from('{}'), usageMembersAt: 0 }, { chargedNanoUsd: 1n, details }).toString(),
    ).toBe('{}');
  });
});
