import { ownPath } from './own-path.js';

test('a path of this site is where a sign-in leads', () => {
  expect(ownPath('/dashboard/keys?x=1')).toBe('/dashboard/keys?x=1');
});

test.each([
  undefined,
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '\\\\evil.example',
])('%s leads to the overview', (wanted) => {
  expect(ownPath(wanted)).toBe('/dashboard');
});
