/** Of one series of measurements, in the unit it was measured in. Zeros when there are none. */
export interface Percentiles {
  count: number;
  mean: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

/** Exact: every value is kept until here. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  const at = (share: number) =>
    count === 0 ? 0 : round(sorted[Math.min(count - 1, Math.ceil(share * count) - 1)]!);
  const sum = sorted.reduce((total, value) => total + value, 0);
  return {
    count,
    mean: count === 0 ? 0 : round(sum / count),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
  };
}

/** @throws Error for no values */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('there is no median of nothing');
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
