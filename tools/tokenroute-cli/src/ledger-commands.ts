import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { call, verifyTimeoutMs } from './services.js';
import type { Terminal } from './terminal.js';
import { toInvariantJson } from './to-json.js';

/** `ledger verify`. */
export function addLedgerCommands(program: Command, terminal: Terminal): void {
  const ledger = program.command('ledger').description('the books');
  ledger
    .command('verify')
    .description('prove every invariant of the ledger; exit code 1 and the offending rows when one is broken')
    .action(() => verifyLedger(terminal));
}

async function verifyLedger(terminal: Terminal): Promise<void> {
  const client = terminal.services.billing;
  const answer = await call(client.verifyLedger.bind(client), {}, verifyTimeoutMs);
  const invariants = answer.invariants.map(toInvariantJson);
  // A proof of nothing must not pass for a proof.
  if (invariants.length === 0)
    throw new CommandFailure(exitCodes.serviceFailed, 'billing checked no invariant');
  const broken = invariants.filter(({ violations, rows }) => violations > 0 || rows.length > 0);
  terminal.print({ ok: broken.length === 0, invariants }, [
    ...invariants.flatMap((result) => [
      `${broken.includes(result) ? 'BROKEN' : 'ok    '}  ${result.invariant}`,
      ...(broken.includes(result) ? [`        ${result.violations} rows, of which:`] : []),
      ...result.rows.map((row) => `        ${JSON.stringify(row)}`),
    ]),
  ]);
  if (broken.length > 0) {
    throw new CommandFailure(
      exitCodes.checkFailed,
      `${broken.length} of ${invariants.length} invariants are broken`,
    );
  }
}
