import {
  capabilitiesOption,
  countOption,
  expiresOption,
  modelOrNoneOption,
  modelsOption,
  momentOption,
  momentOrNoneOption,
  positiveUsdOption,
  usdOption,
  usdPerMillionOption,
} from './parse-option.js';

const now = new Date('2026-03-01T12:00:00Z');

test.each([
  ['0', 0n],
  ['10', 10_000_000_000n],
  ['0.000000001', 1n],
])('an amount of %s USD is read exactly', (text, expected) => {
  expect(usdOption(text)).toBe(expected);
});

test.each(['', ' 1', '1e3', '1,5', '$5', '0.0000000001', 'ten', '-1'])(
  'an amount of %j is refused',
  (text) => {
    expect(() => usdOption(text)).toThrow(/must/);
  },
);

test('a grant of nothing is refused', () => {
  expect(() => positiveUsdOption('0.00')).toThrow('more than 0.00');
});

test.each(['0', '-1', '1.5', '1e3', '4294967296', '', 'many'])(
  'a limit of %j a minute is refused',
  (text) => {
    expect(() => countOption(text)).toThrow('whole number');
  },
);

test('the largest limit the contract carries is accepted', () => {
  expect(countOption('4294967295')).toBe(4_294_967_295);
});

test('models are separated by commas, each kept once', () => {
  expect(modelsOption('gpt-4o, gpt-4o-mini,gpt-4o')).toEqual(['gpt-4o', 'gpt-4o-mini']);
});

test.each(['', 'a,,b', 'a b', ','])('models of %j are refused', (text) => {
  expect(() => modelsOption(text)).toThrow('separated by commas');
});

test.each([
  ['30m', '2026-03-01T12:30:00.000Z'],
  ['12h', '2026-03-02T00:00:00.000Z'],
  ['30d', '2026-03-31T12:00:00.000Z'],
  ['2w', '2026-03-15T12:00:00.000Z'],
  ['2026-12-31', '2026-12-31T00:00:00.000Z'],
  ['2026-12-31T01:00+01:00', '2026-12-31T00:00:00.000Z'],
])('an end of %s is read', (text, expected) => {
  expect(expiresOption(text, now).toISOString()).toBe(expected);
});

test.each([
  '30',
  'd',
  'tomorrow',
  '2027-02-30',
  '2027-02-30T00:00Z',
  '2027-13-01',
  '2027-01-01T00:00',
  '2027-01-01T25:00Z',
])('an end of %s is refused', (text) => {
  expect(() => expiresOption(text, now)).toThrow('ISO 8601');
});

test.each(['2026-03-01', '0d'])('an end of %s, already past, is refused', (text) => {
  expect(() => expiresOption(text, now)).toThrow('in the future');
});

test.each([
  ['2.50', 2_500_000n],
  ['0.000001', 1n],
  ['0', 0n],
])('a price of %s USD per million tokens is read exactly', (text, expected) => {
  expect(usdPerMillionOption(text)).toBe(expected);
});

test.each(['0.0000001', '-1', '1e-6', 'free', ''])('a price of %j is refused, not rounded', (text) => {
  expect(() => usdPerMillionOption(text)).toThrow('at most six decimals');
});

test('a moment may be past, and none is none', () => {
  expect(momentOption('2026-01-01', now)).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(momentOrNoneOption('2026-01-01', now)).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(momentOrNoneOption('none', now)).toBe('none');
  expect(() => momentOption('none', now)).toThrow('ISO 8601');
  expect(modelOrNoneOption('none')).toBe('');
});

test('abilities are separated by commas, each kept once; none are none', () => {
  expect(capabilitiesOption('image, structured_output,image')).toEqual(['image', 'structured_output']);
  expect(capabilitiesOption('none')).toEqual([]);
  expect(() => capabilitiesOption('image,,tools')).toThrow('separated by commas');
});
