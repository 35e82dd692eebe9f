import { validateHeaderValue } from 'node:http';
import { ignoredParametersHeader } from './ignored-parameters-header.js';

test('names of parameters are told as they are', () => {
  expect(ignoredParametersHeader(['seed', 'logit_bias', 'tools[0].x'])).toBe('seed,logit_bias,tools[0].x');
});

test.each([
  ['ключ', '%D0%BA%D0%BB%D1%8E%D1%87'],
  ['a\r\nSet-Cookie: b', 'a%0D%0ASet-Cookie%3A%20b'],
  ['\0', '%00'],
  ['a,b', 'a%2Cb'],
  ['100%', '100%25'],
  ['🧑', '%F0%9F%A7%91'],
  ['\ud800', '%EF%BF%BD'],
])('a client’s own name %j can be sent in a header', (name, told) => {
  const header = ignoredParametersHeader(['seed', name]);
  expect(() => validateHeaderValue('x', header)).not.toThrow();
  expect(header).toBe(`seed,${told}`);
});

test('any number of names of any length is a header that clients read', () => {
  const many = ignoredParametersHeader(Array.from({ length: 50_000 }, (_, index) => `k${index}`));
  expect(many.length).toBeLessThanOrEqual(1_024 + 4);
  expect(many).toMatch(/^k0,k1,.*,\.\.\.$/);
  expect(ignoredParametersHeader(['seed', 'é'.repeat(70_000)])).toBe('seed,...');
});
