import { positiveNumber, wholeNumber } from './number-arguments.js';

test.each([
  ['1', 1],
  ['007', 7],
  ['100', 100],
])('%s is a whole number', (text, value) => expect(wholeNumber(100)(text)).toBe(value));

test.each(['0', '101', '-1', '1.5', '1e1', '', ' 1', 'NaN'])('%j is none from 1 to 100', (text) =>
  expect(() => wholeNumber(100)(text)).toThrow('a whole number from 1 to 100'),
);

test('none at all may be asked for where it is meant', () => expect(wholeNumber(5, 0)('0')).toBe(0));

test.each([
  ['0.1', 0.1],
  ['168', 168],
])('%s is a number above 0', (text, value) => expect(positiveNumber(168)(text)).toBe(value));

test.each(['0', '-1', '169', '', 'x', 'Infinity'])('%j is none up to 168', (text) =>
  expect(() => positiveNumber(168)(text)).toThrow('above 0, 168 at most'),
);
