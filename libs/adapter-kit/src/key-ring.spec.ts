import { KeyRing, type ProviderKey } from './key-ring.js';

describe('a key ring', () => {
  let nowMs: number;
  let out: string[];
  beforeEach(() => {
    nowMs = 0;
    out = [];
  });

  function ring(weights: Record<string, number>): KeyRing {
    return new KeyRing(entries(weights), {
      authorize: (key) => ({ authorization: key }),
      now: () => nowMs,
      onRefused: (key, words) => out.push(`${nameOf(key)}: ${words}`),
    });
  }
  const entries = (weights: Record<string, number>) =>
    Object.entries(weights).map(([key, weight]) => ({ key, weight }));
  const nameOf = ({ headers }: ProviderKey) => headers['authorization']!;
  const chosen = (keys: KeyRing, times: number) =>
    Array.from({ length: times }, () => nameOf(keys.choose())).join('');
  const key = (keys: KeyRing, name: string) => keys.all.find((its) => nameOf(its) === name)!;

  test('gives each key its share, and never many in a row', () => {
    expect(chosen(ring({ a: 5, b: 1, c: 1 }), 14)).toBe('aabacaaaabacaa');
    expect(chosen(ring({ a: 1, b: 1 }), 4)).toBe('abab');
  });

  test('leaves a refused key alone for a time that grows to ten minutes, with one request to try it each time', () => {
    const keys = ring({ a: 1, b: 1 });
    keys.refused(key(keys, 'a'), 'no such key');
    const triedAfterSeconds: number[] = [];
    for (let second = 0; second < 3_000; second += 1) {
      nowMs = second * 1_000;
      if (!chosen(keys, 10).includes('a')) continue;
      triedAfterSeconds.push(second);
      keys.refused(key(keys, 'a'), 'no such key');
    }
    expect(triedAfterSeconds).toEqual([10, 30, 70, 150, 310, 630, 1_230, 1_830, 2_430]);
    expect([key(keys, 'a').refused, out]).toEqual([10, ['a: no such key']]);
  });

  test('counts a refusal of several requests under way as one', () => {
    const keys = ring({ a: 1, b: 1 });
    for (let times = 0; times < 50; times += 1) keys.refused(key(keys, 'a'));
    nowMs = 10_000;
    expect(chosen(keys, 2)).toContain('a');
  });

  test('takes a key back when the provider does', () => {
    const keys = ring({ a: 1, b: 1 });
    keys.refused(key(keys, 'a'));
    expect(keys.isHealthy(key(keys, 'a'))).toBe(false);
    nowMs = 10_000;
    // Its rest is over, and nobody knows yet.
    expect(keys.isHealthy(key(keys, 'a'))).toBe(false);
    keys.accepted(key(keys, 'a'));
    expect(keys.isHealthy(key(keys, 'a'))).toBe(true);
    expect(chosen(keys, 4).match(/a/g)).toHaveLength(2);
  });

  test.each([
    ['as long as the provider says', 30, 30_000],
    ['a second when it does not say', undefined, 1_000],
    ['an hour at most', 86_400, 3_600_000],
  ])('lets a limited key rest %s', (_, retryAfterSeconds, restMs) => {
    const keys = ring({ a: 1, b: 1 });
    keys.limited(key(keys, 'a'), retryAfterSeconds);
    // What was sent before says nothing against it.
    keys.accepted(key(keys, 'a'));
    nowMs = restMs - 1;
    expect(chosen(keys, 4)).toBe('bbbb');
    nowMs = restMs;
    expect(chosen(keys, 4)).toContain('a');
    expect(keys.isHealthy(key(keys, 'a'))).toBe(true);
  });

  test('asks with the key that is back first when all are out', () => {
    const keys = ring({ a: 1, b: 1 });
    keys.refused(key(keys, 'a'));
    keys.limited(key(keys, 'b'), 2);
    expect(keys.chooseHealthy()).toBeNull();
    expect(chosen(keys, 3)).toBe('bbb');
  });

  test('tries no second request with a key that may still be refused', () => {
    const keys = ring({ a: 1, b: 1, c: 1 });
    keys.refused(key(keys, 'a'));
    keys.refused(key(keys, 'b'));
    nowMs = 10_000;
    expect(nameOf(keys.choose())).toBe('a');
    expect(nameOf(keys.chooseHealthy()!)).toBe('c');
    keys.refused(key(keys, 'c'));
    expect(keys.chooseHealthy()).toBeNull();
  });

  test('a key alone is asked with whatever became of it', () => {
    const keys = ring({ a: 1 });
    keys.refused(key(keys, 'a'));
    expect(chosen(keys, 3)).toBe('aaa');
  });

  test('that is replaced keeps the health and the numbers of the keys that stay', () => {
    const keys = ring({ a: 1, b: 1 });
    keys.choose().requests += 1;
    keys.refused(key(keys, 'a'));
    const old = key(keys, 'b');
    keys.replace(entries({ a: 2, c: 1 }));
    expect(chosen(keys, 2)).toBe('cc');
    expect(key(keys, 'a')).toMatchObject({ requests: 1, refused: 1, weight: 2 });
    // A request under way with a key that is gone may still be told of.
    keys.refused(old);
    expect(keys.all.map(nameOf)).toEqual(['a', 'c']);
  });

  test('names a key by a fingerprint that does not have it', () => {
    expect(key(ring({ 'sk-1': 1 }), 'sk-1').fingerprint).toBe('0f2c10bf');
  });
});
