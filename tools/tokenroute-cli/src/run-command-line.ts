import { Command, CommanderError } from 'commander';
import { addAccountCommands } from './account-commands.js';
import { CommandFailure, exitCodes } from './command-failure.js';
import type { Addresses } from './config.js';
import { addDeadLetterCommands } from './dead-letter-commands.js';
import { addHouseLossCommand } from './house-loss-command.js';
import { addKeyCommands } from './key-commands.js';
import { addLedgerCommands } from './ledger-commands.js';
import { addModelCommands } from './model-commands.js';
import { addPaymentCommands } from './payment-commands.js';
import { addPriceCommands } from './price-commands.js';
import { addPricePlanCommands } from './price-plan-commands.js';
import { addReceiptCommand } from './receipt-command.js';
import { Services } from './services.js';
import { addStatementCommand } from './statement-command.js';
import { createTerminal, type Terminal, type TerminalStreams } from './terminal.js';
import { addUsageCommand } from './usage-command.js';

const exitCodeHelp = `
Exit codes: 0 done; 1 a check failed; 2 wrong usage; 3 a service cannot be reached, or nothing is compiled yet;
4 no such thing; 5 the service refused; 6 the service failed.

Services: AUTH_ADDRESS and BILLING_ADDRESS (host:port), else what \`npm start\` wrote to .tokenroute/dev.env.`;

/** Runs one command; returns the exit code. Results go to `output`, everything else to `messages`. */
export async function runCommandLine(
  args: string[],
  { addresses, ...streams }: TerminalStreams & { addresses: Addresses },
): Promise<number> {
  const services = new Services(addresses);
  const program = new Command('tokenroute');
  const terminal = createTerminal(services, streams, () => program.opts<{ json?: boolean }>().json === true);
  addCommands(program, terminal);
  prepare(program, streams);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    return exitCodeOf(error, terminal);
  } finally {
    services.close();
  }
}

function addCommands(program: Command, terminal: Terminal): void {
  program
    .description('Administers tokenroute: accounts, credit, API keys, models, prices, receipts, the ledger.')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', exitCodeHelp);
  addAccountCommands(program, terminal);
  addKeyCommands(program, terminal);
  addLedgerCommands(program, terminal);
  addModelCommands(program, terminal);
  addPriceCommands(program, terminal);
  addPricePlanCommands(program, terminal);
  addReceiptCommand(program, terminal);
  addPaymentCommands(program, terminal);
  addUsageCommand(program, terminal);
  addStatementCommand(program, terminal);
  addHouseLossCommand(program, terminal);
  addDeadLetterCommands(program, terminal);
}

/** Commander ends the process and writes to its streams by default, command by command. */
function prepare(command: Command, streams: TerminalStreams): void {
  command
    .exitOverride()
    .showHelpAfterError('(add --help for more)')
    .configureOutput({
      writeOut: (text) => streams.output.write(text),
      writeErr: (text) => streams.messages.write(text),
    });
  for (const subcommand of command.commands) prepare(subcommand, streams);
}

function exitCodeOf(error: unknown, terminal: Terminal): number {
  // Commander has said what is wrong; its exit code is 0 after --help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (!(error instanceof CommandFailure)) throw error;
  terminal.say(`tokenroute: ${error.message}`);
  return error.exitCode;
}
