import { type ApiKey, KeyRefusal } from '@tokenroute/contracts';
import { KeyCache, type KeyVerdict } from './key-cache.js';

const unknown: KeyVerdict = { kind: 'refused', refusal: KeyRefusal.KEY_REFUSAL_UNKNOWN };

describe('KeyCache', () => {
  test('guessed keys cannot fill memory: the oldest entry gives way', () => {
    const cache = new KeyCache(2);
    for (const digest of ['a', 'b', 'c']) cache.set(digest, unknown, 0);
    expect(['a', 'b', 'c'].map((digest) => cache.get(digest) !== undefined)).toEqual([false, true, true]);
  });

  test('guessed keys drive out no key that is valid', () => {
    const cache = new KeyCache(2);
    cache.set('customer', { kind: 'valid', key: {} as ApiKey }, 0);
    for (const digest of ['a', 'b', 'c']) cache.set(digest, unknown, 0);
    expect(cache.get('customer')).toBeDefined();
  });

  test('a key that was valid and is refused now is refused', () => {
    const cache = new KeyCache(2);
    cache.set('a', { kind: 'valid', key: {} as ApiKey }, 0);
    cache.set('a', unknown, 0);
    expect(cache.get('a')?.verdict).toBe(unknown);
  });

  test('an entry fetched again counts as new', () => {
    const cache = new KeyCache(2);
    for (const digest of ['a', 'b', 'a', 'c']) cache.set(digest, unknown, 0);
    expect(cache.get('a')).toBeDefined();
    expect(cache.get('b')).toBeUndefined();
  });

  test('a deleted entry is gone', () => {
    const cache = new KeyCache(2);
    cache.set('a', unknown, 0);
    cache.delete('a');
    expect(cache.get('a')).toBeUndefined();
  });
});
