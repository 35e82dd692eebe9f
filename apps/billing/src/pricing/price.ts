import type { PicoUsd } from '@tokenroute/money';

/** One row of the price book: pico-USD per token. Rows never change; a hold pins one by id. */
export interface Price {
  id: bigint;
  modelId: string;
  effectiveFrom: Date;
  source: string;
  input: PicoUsd;
  cachedInput: PicoUsd;
  cacheWrite5m: PicoUsd;
  cacheWrite1h: PicoUsd;
  audioInput: PicoUsd;
  output: PicoUsd;
}
