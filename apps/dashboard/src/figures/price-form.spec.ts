import { readPriceForm, showDifference, toPriceFields } from './price-form.js';

const whole = { hasLongContext: true, hasPeak: true };
const neither = { hasLongContext: false, hasPeak: false };
const rates = {
  inputPicoUsd: '150000',
  cachedInputPicoUsd: '75000',
  cacheWrite5mPicoUsd: '150000',
  cacheWrite1hPicoUsd: '150000',
  audioInputPicoUsd: '150001',
  outputPicoUsd: '600000',
};
const price = {
  id: '1',
  rates,
  longContext: { aboveTokens: 200_000, rates },
  peak: { hours: 'Mon-Fri 01:00-04:00', percent: 200 },
  effectiveFrom: '2026-01-01T00:00:00.000Z',
  source: 'a price list',
};

test('a form that is left as it begins asks for the price it began with, to the last digit', () => {
  const fields = { ...toPriceFields(price), effective_from: '2026-12-01T08:00', source: 'new' };
  const { longContext, peak } = price;
  expect(readPriceForm(fields, whole)).toEqual({
    price: { rates, longContext, peak, effectiveFrom: '2026-12-01T08:00:00.000Z', source: 'new' },
  });
});

test('what is empty is left out, and what is switched off is not asked for', () => {
  const fields = { ...toPriceFields(price), 'rates.audio_input_pico_usd': ' ', effective_from: '' };
  const read = readPriceForm(fields, neither);
  expect(read).toMatchObject({ price: { longContext: null, peak: null, effectiveFrom: null, source: '' } });
  expect('price' in read && read.price.rates).not.toHaveProperty('audioInputPicoUsd');
});

test('what cannot be read is named, every field of it', () => {
  const fields = {
    'rates.input_pico_usd': '0.1234567',
    'long_context_rates.output_pico_usd': '-1',
    long_context_above_tokens: 'many',
    peak_percent: '',
    effective_from: 'soon',
  };
  const read = readPriceForm(fields, whole);
  expect('problems' in read && Object.keys(read.problems).sort()).toEqual([
    'effective_from',
    'long_context_above_tokens',
    'long_context_rates.output_pico_usd',
    'peak_percent',
    'rates.input_pico_usd',
  ]);
});

test('a difference has its sign and is exact', () => {
  expect(showDifference('150000', '150001')).toBe('+0.000001');
  expect(showDifference('10000000', '2500000')).toBe('−7.50');
  expect(showDifference('1', '1')).toBe('0.00');
  expect(showDifference(undefined, '150000')).toBe('+0.15');
});
