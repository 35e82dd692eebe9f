import type { AddPriceRequest } from '@tokenroute/contracts';
import { newPrice } from './new-price.js';

const rates = { inputPicoUsd: 150_000n, outputPicoUsd: 600_000n };

function request(members: Partial<AddPriceRequest> = {}): AddPriceRequest {
  return {
    model: 'gpt-4o-mini',
    rates,
    longContextAboveTokens: 0,
    peakHours: '',
    peakPercent: 0,
    source: 'a price page',
    operator: 'me',
    ...members,
  };
}

test('what the provider does not bill apart has the input rate; zero is a price', () => {
  const price = newPrice(request({ rates: { ...rates, cachedInputPicoUsd: 0n } }));
  expect(price.rates).toEqual({
    input: 150_000n,
    cachedInput: 0n,
    cacheWrite5m: 150_000n,
    cacheWrite1h: 150_000n,
    audioInput: 150_000n,
    output: 600_000n,
  });
});

test('a long-context tier is filled up from its own input rate, not from the plain one', () => {
  const price = newPrice(
    request({
      longContextAboveTokens: 200_000,
      longContextRates: { inputPicoUsd: 300_000n, outputPicoUsd: 900_000n },
    }),
  );
  expect(price.longContext).toMatchObject({ aboveTokens: 200_000, rates: { cachedInput: 300_000n } });
});

test('a price begins when it was told to, or is left to begin at once', () => {
  const effectiveFrom = new Date('2030-01-01Z');
  expect(newPrice(request({ effectiveFrom })).effectiveFrom).toBe(effectiveFrom);
  expect(newPrice(request()).effectiveFrom).toBeNull();
});

test('peak hours come with their percentage', () => {
  const { peak } = newPrice(request({ peakHours: 'Mon-Fri 01:00-04:00', peakPercent: 200 }));
  expect(peak).toMatchObject({ hours: { text: 'Mon-Fri 01:00-04:00' }, percent: 200n });
});

test.each<[string, Partial<AddPriceRequest>]>([
  ['rates.input_pico_usd', { rates: undefined }],
  ['rates.input_pico_usd', { rates: { outputPicoUsd: 1n } }],
  ['rates.input_pico_usd', { rates: { ...rates, inputPicoUsd: -1n } }],
  ['rates.output_pico_usd', { rates: { inputPicoUsd: 1n } }],
  ['rates.audio_input_pico_usd', { rates: { ...rates, audioInputPicoUsd: 1_000_000_000_001n } }],
  ['long_context_above_tokens', { longContextRates: rates }],
  ['long_context_rates.input_pico_usd', { longContextAboveTokens: 1 }],
  [
    'long_context_rates.output_pico_usd',
    { longContextAboveTokens: 1, longContextRates: { inputPicoUsd: 1n } },
  ],
  ['peak_percent', { peakHours: 'Mon-Fri 01:00-04:00' }],
  ['peak_percent', { peakHours: 'Mon-Fri 01:00-04:00', peakPercent: 50 }],
  ['peak_hours', { peakPercent: 200 }],
  ['peak_hours', { peakHours: 'at night', peakPercent: 200 }],
  ['source', { source: ' ' }],
])('%s is named when it is wrong', (field, members) => {
  expect(() => newPrice(request(members))).toThrow(new RegExp(`^${field}: `));
});
