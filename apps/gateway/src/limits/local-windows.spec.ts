import { FakeClock } from '@tokenroute/testing';
import { LocalWindows } from './local-windows.js';

test('each key has its own window, and the one longest unused gives way', () => {
  const windows = new LocalWindows(2, new FakeClock().nowMs);
  const limits = { requests: 1, tokens: null };
  const take = (keyId: string) => windows.take(keyId, limits, { requests: 1, tokens: 0 }).kind;
  expect([take('a'), take('b'), take('a')]).toEqual(['admitted', 'admitted', 'refused']);
  expect(take('c')).toBe('admitted');
  expect(take('a')).toBe('refused');
  expect(take('b')).toBe('admitted');
});
