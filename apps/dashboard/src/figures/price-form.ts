import { formatUsdPerMillion, parseUsdPerMillion } from '@tokenroute/money';
import type { Schemas } from '../api/client.js';

type Price = Schemas['BookedPrice'];
type NewPrice = Schemas['NewPrice'];
type Rates = Price['rates'];

/** The rates of a price: their names in an answer, how billing names them in a refusal, and in words. */
export const rateFields = [
  { rate: 'inputPicoUsd', field: 'input_pico_usd', label: 'Input' },
  { rate: 'cachedInputPicoUsd', field: 'cached_input_pico_usd', label: 'Cached input' },
  { rate: 'cacheWrite5mPicoUsd', field: 'cache_write_5m_pico_usd', label: 'Cache write, 5 min' },
  { rate: 'cacheWrite1hPicoUsd', field: 'cache_write_1h_pico_usd', label: 'Cache write, 1 h' },
  { rate: 'audioInputPicoUsd', field: 'audio_input_pico_usd', label: 'Audio input' },
  { rate: 'outputPicoUsd', field: 'output_pico_usd', label: 'Output' },
] as const satisfies readonly { rate: keyof Rates; field: string; label: string }[];

/** A form's fields have the names by which a refusal of billing names them. */
export const tierOf = { rates: 'rates', longContext: 'long_context_rates' } as const;
export const nameOf = (tier: keyof typeof tierOf, field: string) => `${tierOf[tier]}.${field}`;

/** Which of the optional parts the form has. */
export interface PriceParts {
  hasLongContext: boolean;
  hasPeak: boolean;
}

/** What the form begins with: the price in force, to be changed. */
export function toPriceFields(price: Price | undefined): Record<string, string> {
  if (!price) return {};
  const { longContext, peak } = price;
  return {
    ...toRateFields('rates', price.rates),
    ...(longContext && {
      ...toRateFields('longContext', longContext.rates),
      long_context_above_tokens: String(longContext.aboveTokens),
    }),
    ...(peak && { peak_hours: peak.hours, peak_percent: String(peak.percent) }),
  };
}

/** The price that a form asks for, or what is wrong with which of its fields. */
export function readPriceForm(
  fields: Record<string, string>,
  { hasLongContext, hasPeak }: PriceParts,
): { price: NewPrice } | { problems: Record<string, string> } {
  const problems: Record<string, string> = {};
  const effectiveFrom = readMoment(fields['effective_from'] ?? '', problems);
  const price: NewPrice = {
    rates: readRates('rates', fields, problems),
    longContext: hasLongContext
      ? {
          aboveTokens: readCount('long_context_above_tokens', fields, problems),
          rates: readRates('longContext', fields, problems),
        }
      : null,
    peak: hasPeak
      ? { hours: fields['peak_hours'] ?? '', percent: readCount('peak_percent', fields, problems) }
      : null,
    effectiveFrom,
    source: fields['source'] ?? '',
  };
  return Object.keys(problems).length > 0 ? { problems } : { price };
}

/** How much a rate changes, in USD per million tokens with its sign, exact: "+0.15", "−1.00", "0.00". */
export function showDifference(before: string | undefined, after: string): string {
  const difference = BigInt(after) - BigInt(before ?? '0');
  const text = formatUsdPerMillion(difference < 0n ? -difference : difference);
  if (difference === 0n) return text;
  return `${difference < 0n ? '−' : '+'}${text}`;
}

function toRateFields(tier: keyof typeof tierOf, rates: Rates): Record<string, string> {
  return Object.fromEntries(
    rateFields.map(({ rate, field }) => [nameOf(tier, field), formatUsdPerMillion(BigInt(rates[rate]))]),
  );
}

/** An empty field is left out: it is for billing to say which are needed, and what the others are then. */
function readRates(
  tier: keyof typeof tierOf,
  fields: Record<string, string>,
  problems: Record<string, string>,
): NewPrice['rates'] {
  const rates: NewPrice['rates'] = {};
  for (const { rate, field } of rateFields) {
    const name = nameOf(tier, field);
    const text = (fields[name] ?? '').trim().replace(/^\$\s*/, '');
    if (text === '') continue;
    try {
      rates[rate] = parseUsdPerMillion(text).toString();
    } catch {
      problems[name] = 'USD per million tokens, such as 0.15, with at most six decimals.';
    }
  }
  return rates;
}

function readCount(name: string, fields: Record<string, string>, problems: Record<string, string>): number {
  const text = (fields[name] ?? '').trim().replaceAll(',', '');
  if (/^\d{1,9}$/.test(text)) return Number(text);
  problems[name] = 'A whole number.';
  return 0;
}

/** "2026-12-01T08:00" as UTC; empty: now. */
function readMoment(text: string, problems: Record<string, string>): string | null {
  if (text === '') return null;
  const moment = new Date(`${text}Z`);
  if (!Number.isNaN(moment.getTime())) return moment.toISOString();
  problems['effective_from'] = 'A date and a time.';
  return null;
}
