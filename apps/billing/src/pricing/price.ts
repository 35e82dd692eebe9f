import type { PicoUsd } from '@tokenroute/money';
import type { PeakHours } from './peak-hours.js';

/** Pico-USD per token, by what the token was. */
export interface Rates {
  input: PicoUsd;
  cachedInput: PicoUsd;
  cacheWrite5m: PicoUsd;
  cacheWrite1h: PicoUsd;
  audioInput: PicoUsd;
  output: PicoUsd;
}

/** One row of the price book. Rows never change; a hold pins one by id. */
export interface Price {
  id: bigint;
  modelId: string;
  effectiveFrom: Date;
  source: string;
  rates: Rates;
  /** For the whole request, when its input has more than `aboveTokens`. */
  longContext: { aboveTokens: number; rates: Rates } | null;
  /** Hours in which every rate is `percent` of what it is else. */
  peak: { hours: PeakHours; percent: bigint } | null;
}
