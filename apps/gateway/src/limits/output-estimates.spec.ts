import { OutputEstimates } from './output-estimates.js';

describe('OutputEstimates', () => {
  test('follow the answers of the key', () => {
    const outputs = new OutputEstimates(10);
    expect(outputs.of('a')).toBe(1_000);
    for (let i = 0; i < 30; i += 1) outputs.learn('a', 50);
    expect(outputs.of('a')).toBeGreaterThanOrEqual(50);
    expect(outputs.of('a')).toBeLessThan(55);
    expect(outputs.of('b')).toBe(1_000);
  });

  test('of many keys do not fill memory', () => {
    const outputs = new OutputEstimates(2);
    for (const key of ['a', 'b', 'c']) outputs.learn(key, 0);
    expect(['a', 'b', 'c'].map((key) => outputs.of(key))).toEqual([1_000, 800, 800]);
  });
});
