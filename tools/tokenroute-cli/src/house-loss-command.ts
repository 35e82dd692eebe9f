import { formatUsd } from '@tokenroute/money';
import type { Command } from 'commander';
import { sinceOption } from './parse-option.js';
import { call, reportTimeoutMs } from './services.js';
import type { Terminal } from './terminal.js';

/** `house-loss`. */
export function addHouseLossCommand(program: Command, terminal: Terminal): void {
  program
    .command('house-loss')
    .description('what the house bore, by reason, and what expired without anybody telling its use')
    .option('--since <moment>', 'from then on: 2026-11-01, or a time ago such as 30d', (text) =>
      sinceOption(text, new Date()),
    )
    .action(({ since }: { since?: Date }) => reportHouseLoss(terminal, since));
}

async function reportHouseLoss(terminal: Terminal, since: Date | undefined): Promise<void> {
  const client = terminal.services.billingStatements;
  const report = await call(client.reportHouseLoss.bind(client), { since }, reportTimeoutMs);
  const total = report.totals.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0n);
  const json = {
    since: since?.toISOString() ?? null,
    total_usd: formatUsd(total),
    reasons: report.totals.map(({ reason, transactions, amountNanoUsd }) => ({
      reason,
      transactions: transactions.toString(),
      amount_usd: formatUsd(amountNanoUsd),
    })),
    expired_holds: report.expiredHolds.toString(),
    expired_holds_at_most_usd: formatUsd(report.expiredHoldsNanoUsd),
  };
  terminal.print(json, [
    ...json.reasons.map(
      ({ reason, transactions, amount_usd }) => `${reason.padEnd(20)} ${amount_usd} USD in ${transactions}`,
    ),
    `${'together'.padEnd(20)} ${json.total_usd} USD`,
    `${'expired, unsettled'.padEnd(20)} at most ${json.expired_holds_at_most_usd} USD in ${json.expired_holds} holds`,
  ]);
}
