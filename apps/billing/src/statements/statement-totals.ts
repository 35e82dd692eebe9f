import type { StatementTotal } from '@tokenroute/contracts';

/** What the lines of a statement come to, kind by kind, as they go by. */
export class StatementTotals {
  private readonly byKind = new Map<string, { lines: bigint; amountNanoUsd: bigint }>();
  lines = 0n;

  add(kind: string, amountNanoUsd: bigint): void {
    const { lines, amountNanoUsd: sum } = this.byKind.get(kind) ?? { lines: 0n, amountNanoUsd: 0n };
    this.byKind.set(kind, { lines: lines + 1n, amountNanoUsd: sum + amountNanoUsd });
    this.lines += 1n;
  }

  /** In alphabetical order. */
  totals(): StatementTotal[] {
    const kinds = [...this.byKind].sort(([left], [right]) => (left < right ? -1 : 1));
    return kinds.map(([kind, total]) => ({ kind, ...total }));
  }
}
