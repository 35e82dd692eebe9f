import type { AddPriceRequest, NewRates } from '@tokenroute/contracts';
import { picoUsd } from '@tokenroute/money';
import { parsePeakHours } from '../pricing/peak-hours.js';
import type { Price, Rates } from '../pricing/price.js';
import { refused } from './model-changes.js';

/** A price as it is written: its id and, when it is to be in force at once, its beginning come from the database. */
export type NewPrice = Omit<Price, 'id' | 'effectiveFrom'> & { effectiveFrom: Date | null };

/** One million USD per million tokens: far above any sane price, and a typo's last chance to be noticed. */
const maxPicoUsd = 1_000_000_000_000n;
const maxTokens = 2_000_000_000;
const maxPeakPercent = 1_000;
const maxSourceLength = 500;

/**
 * The price a request asks for.
 * @throws Fault invalid-request naming the field
 */
export function newPrice(request: AddPriceRequest): NewPrice {
  const source = request.source.trim();
  if (source === '' || source.length > maxSourceLength)
    throw refused('source', `must say where the price comes from, in at most ${maxSourceLength} characters`);
  return {
    modelId: request.model,
    rates: ratesOf(request.rates, 'rates'),
    longContext: longContextOf(request),
    peak: peakOf(request),
    effectiveFrom: request.effectiveFrom ?? null,
    source,
  };
}

/** A kind of token that the provider does not bill apart costs what any input does. */
function ratesOf(rates: NewRates | undefined, field: string): Rates {
  const input = rateOf(rates?.inputPicoUsd, `${field}.input_pico_usd`);
  const orInput = (rate: bigint | undefined, name: string) => rateOf(rate ?? input, `${field}.${name}`);
  return {
    input,
    cachedInput: orInput(rates?.cachedInputPicoUsd, 'cached_input_pico_usd'),
    cacheWrite5m: orInput(rates?.cacheWrite5mPicoUsd, 'cache_write_5m_pico_usd'),
    cacheWrite1h: orInput(rates?.cacheWrite1hPicoUsd, 'cache_write_1h_pico_usd'),
    audioInput: orInput(rates?.audioInputPicoUsd, 'audio_input_pico_usd'),
    output: rateOf(rates?.outputPicoUsd, `${field}.output_pico_usd`),
  };
}

function rateOf(rate: bigint | undefined, field: string): Rates['input'] {
  if (rate === undefined) throw refused(field, 'is required');
  if (rate < 0n || rate > maxPicoUsd) throw refused(field, `must be from 0 to ${maxPicoUsd}`);
  return picoUsd(rate);
}

function longContextOf(request: AddPriceRequest): Price['longContext'] {
  const { longContextRates, longContextAboveTokens: aboveTokens } = request;
  if (!longContextRates && aboveTokens === 0) return null;
  if (aboveTokens === 0 || aboveTokens > maxTokens)
    throw refused('long_context_above_tokens', `must be from 1 to ${maxTokens} when there are such rates`);
  return { aboveTokens, rates: ratesOf(longContextRates, 'long_context_rates') };
}

function peakOf({ peakHours, peakPercent }: AddPriceRequest): Price['peak'] {
  if (peakHours === '' && peakPercent === 0) return null;
  // A discount is no peak: the highest cost of a request is reckoned at the peak's rates.
  if (peakPercent < 100 || peakPercent > maxPeakPercent)
    throw refused('peak_percent', `must be from 100 to ${maxPeakPercent} when there are peak hours`);
  try {
    return { hours: parsePeakHours(peakHours), percent: BigInt(peakPercent) };
  } catch {
    throw refused('peak_hours', 'must be days and hours in UTC such as "Mon-Fri 01:00-04:00,06:00-10:00"');
  }
}
