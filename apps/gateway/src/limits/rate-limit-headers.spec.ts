import { formatDuration, rateLimitHeaders } from './rate-limit-headers.js';

test.each([
  [0, '0s'],
  [16.2, '17ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [8_640, '8.64s'],
  [59_999.5, '1m0s'],
  [60_000, '1m0s'],
  [60_500, '1m0.5s'],
  [360_000, '6m0s'],
])('%d ms is %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

test('only a limit that the key has is told, and what is left is never below nothing', () => {
  const use = { requests: 3, tokens: 120, requestsResetMs: 61_000, tokensResetMs: 500 };
  expect(rateLimitHeaders({ requests: null, tokens: 100 }, use)).toEqual({
    'x-ratelimit-limit-tokens': '100',
    'x-ratelimit-remaining-tokens': '0',
    'x-ratelimit-reset-tokens': '500ms',
  });
  expect(rateLimitHeaders({ requests: 60, tokens: null }, use)).toEqual({
    'x-ratelimit-limit-requests': '60',
    'x-ratelimit-remaining-requests': '57',
    'x-ratelimit-reset-requests': '1m1s',
  });
});
