import { passOnTarget } from './pass-on-target.js';

const auth = 'http://auth.internal:8101';

test('what is below /api/auth is asked of auth, its query included', () => {
  expect(passOnTarget('/api/auth/verify-email?token=a%2Fb', auth)?.href).toBe(
    'http://auth.internal:8101/api/auth/verify-email?token=a%2Fb',
  );
});

test.each([
  '/api/auth/../../metrics',
  '/api/auth/%2e%2e/%2E%2e/metrics',
  '/api/auth/..\\..\\metrics',
  '/api/auth',
  'http://elsewhere.example/api/auth/session',
  '//elsewhere.example/api/auth/session',
  'http://',
])('%s leads nowhere', (url) => {
  expect(passOnTarget(url, auth)).toBeNull();
});
