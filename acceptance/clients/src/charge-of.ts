import type { Pricing, Rates } from './offered-models.js';

/** Tokens by what they are charged as. `input` is all of it, `output` too. */
export interface TokenUsage {
  input: number;
  cached: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  audio: number;
  output: number;
  reasoning: number;
}

/**
 * What a customer reckons from the price list: exact, rounded up once to a nano-USD.
 * @param at when the answer ended
 */
export function chargeOf(usage: TokenUsage, pricing: Pricing, at: Date): bigint {
  const { long_context: long, peak } = pricing;
  const rates: Rates = long && usage.input > long.above_input_tokens ? long : pricing;
  const percent = peak && isPeak(peak.hours_utc, at) ? BigInt(peak.percent) : 100n;
  const special = usage.cached + usage.cacheWrite5m + usage.cacheWrite1h + usage.audio;
  const parts: [number, string][] = [
    [usage.input - special, rates.input],
    [usage.cached, rates.cached_input],
    [usage.cacheWrite5m, rates.cache_write_5m],
    [usage.cacheWrite1h, rates.cache_write_1h],
    [usage.audio, rates.audio_input],
    [usage.output, rates.output],
  ];
  const hundredthPicoUsd = parts.reduce(
    (sum, [tokens, rate]) => sum + BigInt(tokens) * picoUsdPerToken(rate) * percent,
    0n,
  );
  return (hundredthPicoUsd + 99_999n) / 100_000n;
}

/** USD for a million tokens is as many micro-USD for one: "0.003" → 3000n. */
function picoUsdPerToken(usdPerMillion: string): bigint {
  const [whole = '', fraction = ''] = usdPerMillion.split('.');
  if (fraction.length > 6) throw new Error(`more than six decimals: ${usdPerMillion}`);
  return BigInt(whole + fraction.padEnd(6, '0'));
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** @param hours "Mon-Fri 01:00-04:00,06:00-10:00", UTC */
function isPeak(hours: string, at: Date): boolean {
  const [days = '', spans = ''] = hours.split(' ');
  const [first = -1, last = -1] = days.split('-').map((day) => weekdays.indexOf(day));
  if (first < 0 || last < first) throw new Error(`not understood: ${hours}`);
  const day = at.getUTCDay();
  const time = at.toISOString().slice(11, 16);
  const inside = (span: string) => {
    const [from = '', to = ''] = span.split('-');
    return from <= time && time < to;
  };
  return first <= day && day <= last && spans.split(',').some(inside);
}
