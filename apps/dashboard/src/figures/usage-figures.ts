import type { Schemas } from '../api/client.js';
import { bucketsOf, type TimeRange } from './time-range.js';

export type Usage = Schemas['Usage'];
export type UsageGroup = Usage['groups'][number];

export interface Bar {
  beginsAt: string;
  nanoUsd: bigint;
  requests: bigint;
}

/** What was paid in each hour or day, those without usage too. */
export function toBars(groups: readonly UsageGroup[], range: TimeRange): Bar[] {
  const sums = new Map<string, Bar>();
  for (const { beginsAt, sum } of groups) {
    if (beginsAt === null) continue;
    const { nanoUsd, requests } = sums.get(beginsAt) ?? { nanoUsd: 0n, requests: 0n };
    sums.set(beginsAt, {
      beginsAt,
      nanoUsd: nanoUsd + BigInt(sum.chargedNanoUsd),
      requests: requests + BigInt(sum.requests),
    });
  }
  return bucketsOf(range).map((beginsAt) => sums.get(beginsAt) ?? { beginsAt, nanoUsd: 0n, requests: 0n });
}

/** The dearest first. */
export function byCost(groups: readonly UsageGroup[]): UsageGroup[] {
  return [...groups].sort((left, right) => {
    const difference = BigInt(right.sum.chargedNanoUsd) - BigInt(left.sum.chargedNanoUsd);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  });
}

/** For the length of a bar, never for a figure: `part` of `whole` in percent, 0 to 100. */
export function percentOf(part: string | bigint, whole: string | bigint): number {
  const [some, all] = [BigInt(part), BigInt(whole)];
  if (all <= 0n) return 0;
  return Math.min(100, Number((some * 10_000n) / all) / 100);
}

/** "1.25 %", "0 %", or "–" of nothing: rounded to hundredths, but never to none or all when some are. */
export function showShare(part: string, whole: string): string {
  const [some, all] = [BigInt(part), BigInt(whole)];
  if (all === 0n) return '–';
  const hundredths = (some * 10_000n + all / 2n) / all;
  if (some > 0n && hundredths === 0n) return '< 0.01 %';
  if (some < all && hundredths === 10_000n) return '> 99.99 %';
  return `${Number(hundredths) / 100} %`;
}

/** "+12 %", "−40 %", or null when there is nothing to compare with. */
export function showChange(now: string, before: string): string | null {
  const [current, former] = [BigInt(now), BigInt(before)];
  if (former === 0n) return null;
  const percent = ((current - former) * 100n) / former;
  return `${percent < 0n ? '−' : '+'}${(percent < 0n ? -percent : percent).toString()} %`;
}

const csvColumns = [
  ['requests', 'requests'],
  ['input_tokens', 'inputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['output_tokens', 'outputTokens'],
  ['cost_nano_usd', 'costNanoUsd'],
  ['charged_nano_usd', 'chargedNanoUsd'],
] as const;

/** The groups as CSV: whole nano-USD, so that nothing is lost in a spreadsheet's floats. */
export function toUsageCsv(groups: readonly UsageGroup[]): string {
  const head = ['begins_at', 'key_id', 'model', ...csvColumns.map(([name]) => name)];
  const rows = groups.map(({ beginsAt, keyId, model, sum }) => [
    beginsAt ?? '',
    keyId ?? '',
    model ?? '',
    ...csvColumns.map(([, member]) => sum[member]),
  ]);
  return [head, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

/** A cell that begins like a formula would be run by a spreadsheet. */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
