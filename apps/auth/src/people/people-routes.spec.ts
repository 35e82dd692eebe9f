import { findRoute, peopleRoutes } from './people-routes.js';

test.each([
  ['POST', '/sign-in/email', '/sign-in/email'],
  ['GET', '/callback/google', '/callback/*'],
  ['GET', '/sign-in/email', undefined],
  ['DELETE', '/sign-out', undefined],
  ['GET', '/callback/', undefined],
  ['GET', '/callback/a/b', undefined],
  ['GET', '/callback/..', undefined],
  ['POST', '/sign-in/email/', undefined],
  // What better-auth would answer and nobody here needs.
  ['POST', '/update-session', undefined],
  ['POST', '/get-access-token', undefined],
  ['POST', '/two-factor/send-otp', undefined],
  ['POST', '/organization/delete', undefined],
  ['POST', '/organization/add-member', undefined],
])('%s %s is %s', (method, path, route) => {
  expect(findRoute(method, path)?.path).toBe(route);
});

test('no route is there twice', () => {
  const names = peopleRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(names).size).toBe(names.length);
});

test('whatever takes a password, a code or a token, or sends mail, is limited', () => {
  const guessable = /sign-|password|two-factor|verif|invite|\/callback|link-social/;
  const unlimited = peopleRoutes.filter(
    ({ path, limits }) =>
      guessable.test(path) && path !== '/sign-out' && !limits && !path.startsWith('/unlink'),
  );
  expect(unlimited.map(({ path }) => path)).toEqual([]);
});
