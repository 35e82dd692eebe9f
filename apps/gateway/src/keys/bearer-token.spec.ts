import { bearerToken } from './bearer-token.js';

describe('bearerToken', () => {
  test.each(['Bearer sk-tr-abc', 'bearer sk-tr-abc', 'Bearer   sk-tr-abc'])('reads %j', (header) => {
    expect(bearerToken(header)).toBe('sk-tr-abc');
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic abc',
    'sk-tr-abc',
    'Bearer a b',
    'Bearer a, Bearer b',
    ' Bearer a',
    `Bearer ${'a'.repeat(257)}`,
  ])('refuses %j without repeating it', (header) => {
    expect(() => bearerToken(header)).toThrow(/Authorization: Bearer sk-tr-…|must be: Bearer sk-tr-…/);
  });
});
