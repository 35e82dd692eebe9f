import type { StatementFooter, StatementHeader, StatementLine, Usage } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { type Cell, csvRecord } from './csv.js';
import { toUsageJson } from './usage-json.js';

/** A statement as text, piece by piece: it may be larger than memory. */
export interface StatementText {
  header(header: StatementHeader): string;
  lines(lines: readonly StatementLine[]): string;
  footer(footer: StatementFooter): string;
}

/** What of a statement is told of its month; `is_final` once nothing can be added to it. */
function monthOf(header: StatementHeader) {
  return {
    account_id: header.accountId,
    month: header.month,
    begins_at: header.beginsAt!.toISOString(),
    ends_at: header.endsAt!.toISOString(),
    snapshot_at: header.snapshotAt!.toISOString(),
    is_final: header.snapshotAt! > header.endsAt!,
    opening_balance_usd: formatUsd(header.openingNanoUsd),
  };
}

/** One object, its lines an array with one line of text for each. */
export class StatementJson implements StatementText {
  private separator = '';

  header(header: StatementHeader): string {
    return `${JSON.stringify(monthOf(header), null, 2).slice(0, -2)},\n  "lines": [`;
  }

  lines(lines: readonly StatementLine[]): string {
    return lines.map((line) => this.next(JSON.stringify(toLineJson(line)))).join('');
  }

  footer({ totals, closingNanoUsd }: StatementFooter): string {
    const rest = {
      totals: totals.map(({ kind, lines, amountNanoUsd }) => ({
        kind,
        lines: lines.toString(),
        amount_usd: formatUsd(amountNanoUsd),
      })),
      closing_balance_usd: formatUsd(closingNanoUsd),
    };
    return `\n  ],\n${JSON.stringify(rest, null, 2).slice(2)}\n`;
  }

  private next(line: string): string {
    const { separator } = this;
    this.separator = ',';
    return `${separator}\n    ${line}`;
  }
}

function toLineJson({ charge, ...line }: StatementLine) {
  return {
    at: line.at!.toISOString(),
    kind: line.kind,
    id: line.transactionId,
    ...(charge && {
      model: charge.model || null,
      key_id: charge.keyId || null,
      usage: charge.usage ? toUsageJson(charge.usage) : null,
      cost_usd: formatUsd(charge.costNanoUsd),
      charged_usd: formatUsd(charge.chargedNanoUsd),
    }),
    amount_usd: formatUsd(line.amountNanoUsd),
    balance_usd: formatUsd(line.balanceNanoUsd),
  };
}

const tokenColumns = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const satisfies (keyof ReturnType<typeof toUsageJson>)[];

const columns = [
  'time',
  'kind',
  'id',
  'model',
  'key_id',
  ...tokenColumns,
  'usage_estimated',
  'cost_usd',
  'charged_usd',
  'amount_usd',
  'balance_usd',
  'total_usd',
] as const;
type Column = (typeof columns)[number];

const empty: Cell = { text: '' };
const usd = (nanoUsd: bigint): Cell => ({ number: formatUsd(nanoUsd) });
const record = (cells: Partial<Record<Column, Cell>>) =>
  csvRecord(columns.map((name) => cells[name] ?? empty));

/**
 * One table. It begins and ends with the balance; before that end are the totals by kind, in a column of their own, so that
 * the sum of `amount_usd` is what happened and nothing twice.
 */
export class StatementCsv implements StatementText {
  private endsAt: Cell = empty;

  header(header: StatementHeader): string {
    this.endsAt = { text: header.endsAt!.toISOString() };
    return (
      csvRecord(columns.map((text) => ({ text }))) +
      record({
        time: { text: header.beginsAt!.toISOString() },
        kind: { text: 'opening-balance' },
        balance_usd: usd(header.openingNanoUsd),
      })
    );
  }

  lines(lines: readonly StatementLine[]): string {
    return lines.map(toLineRecord).join('');
  }

  footer({ totals, closingNanoUsd }: StatementFooter): string {
    const ends = totals.map(({ kind, amountNanoUsd }) =>
      record({ time: this.endsAt, kind: { text: `total:${kind}` }, total_usd: usd(amountNanoUsd) }),
    );
    const closing = { kind: { text: 'closing-balance' }, balance_usd: usd(closingNanoUsd) };
    return ends.join('') + record({ time: this.endsAt, ...closing });
  }
}

function toLineRecord({ charge, ...line }: StatementLine): string {
  return record({
    time: { text: line.at!.toISOString() },
    kind: { text: line.kind },
    id: { text: line.transactionId },
    ...(charge && {
      model: { text: charge.model },
      key_id: { text: charge.keyId },
      ...(charge.usage && usageCells(charge.usage)),
      cost_usd: usd(charge.costNanoUsd),
      charged_usd: usd(charge.chargedNanoUsd),
    }),
    amount_usd: usd(line.amountNanoUsd),
    balance_usd: usd(line.balanceNanoUsd),
  });
}

function usageCells(usage: Usage): Partial<Record<Column, Cell>> {
  const json = toUsageJson(usage);
  const counts = tokenColumns.map((name): [Column, Cell] => [name, { number: json[name] }]);
  return { ...Object.fromEntries(counts), usage_estimated: { text: String(json.estimated) } };
}
