import { Inject, Injectable } from '@nestjs/common';
import type { ExportStatementResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { PostgresPool } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import { REPORTS } from '../tokens.js';
import { type CalendarMonth, readCalendarMonth } from './calendar-month.js';
import { type Balances, StatementSnapshot } from './statement-snapshot.js';
import { StatementTotals } from './statement-totals.js';
import { toStatementLine } from './to-statement-line.js';

const linesPerPage = 500;

type Part = NonNullable<ExportStatementResponse['part']>;

/** An account's movements of a month, from the opening balance to the closing one. */
@Injectable()
export class StatementService {
  constructor(@Inject(REPORTS) private readonly pool: PostgresPool) {}

  /**
   * Header, pages, footer, each read when it is asked for. All of it is one snapshot of the books.
   * @throws Fault invalid-request naming the field, not-found, unavailable (all connections for reports are in use)
   */
  async *export(accountId: string, month: string): AsyncGenerator<ExportStatementResponse, void, undefined> {
    const range = checkedMonth(month);
    const snapshot = await this.open(accountId, range);
    try {
      const balances = await snapshot.balances();
      if (!balances) throw unknownAccount();
      yield { part: header(accountId, month, range, balances) };
      let balance = balances.opening_nano_usd;
      const totals = new StatementTotals();
      for await (const rows of snapshot.pages(linesPerPage)) {
        const lines = rows.map((row) => {
          balance += row.amount_nano_usd;
          totals.add(row.kind, row.amount_nano_usd);
          return toStatementLine(row, balance);
        });
        yield { part: { $case: 'page', value: { lines } } };
      }
      yield { part: footer(totals, balance, balances) };
    } finally {
      await snapshot.close();
    }
  }

  private async open(accountId: string, month: CalendarMonth): Promise<StatementSnapshot> {
    if (!validate(accountId)) throw unknownAccount();
    try {
      return await StatementSnapshot.open(this.pool, accountId, month);
    } catch (error) {
      throw new Fault('unavailable', 'Too many reports are being written. Please try again.', {
        cause: error,
        retryAfterSeconds: 10,
      });
    }
  }
}

function checkedMonth(month: string): CalendarMonth {
  const range = readCalendarMonth(month);
  if (!range)
    throw new Fault('invalid-request', 'month: must be a month such as 2026-11.', { param: 'month' });
  if (range.beginsAt.getTime() > Date.now())
    throw new Fault('invalid-request', `month: ${month} has not begun (UTC).`, { param: 'month' });
  return range;
}

function unknownAccount(): Fault {
  return new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
}

function header(accountId: string, month: string, range: CalendarMonth, balances: Balances): Part {
  return {
    $case: 'header',
    value: {
      accountId,
      month,
      ...range,
      snapshotAt: balances.snapshot_at,
      openingNanoUsd: balances.opening_nano_usd,
    },
  };
}

/** @throws Error when the lines are not what lies between the balances: a wrong statement is never completed */
function footer(totals: StatementTotals, balance: bigint, balances: Balances): Part {
  if (balance !== balances.closing_nano_usd) {
    throw new Error(
      `the lines of a statement come to ${balance}, the ledger to ${balances.closing_nano_usd}`,
    );
  }
  return {
    $case: 'footer',
    value: { lines: totals.lines, totals: totals.totals(), closingNanoUsd: balance },
  };
}
