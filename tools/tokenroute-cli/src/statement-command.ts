import { once } from 'node:events';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { StatementCsv, StatementJson, type StatementText } from '@tokenroute/statement-text';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { received, reportTimeoutMs } from './services.js';
import type { Terminal } from './terminal.js';

type Write = (text: string) => Promise<void>;

interface StatementOptions {
  format?: 'csv' | 'json';
  out?: string;
}

/** `statement`. */
export function addStatementCommand(program: Command, terminal: Terminal): void {
  program
    .command('statement')
    .description("an account's movements of a month (UTC), from the opening balance to the closing one")
    .argument('<account>', 'account id')
    .argument('<month>', 'such as 2026-11', monthArgument)
    .addOption(new Option('--format <format>', 'csv, unless --json is given').choices(['csv', 'json']))
    .option('--out <file>', 'write it to this file, which is there only when all of it is')
    .action(async (account: string, month: string, options: StatementOptions, command: Command) => {
      const format = options.format ?? (command.optsWithGlobals<{ json?: boolean }>().json ? 'json' : 'csv');
      const text = format === 'json' ? new StatementJson() : new StatementCsv();
      const writeAll = (write: Write) => writeStatement(terminal, { account, month }, text, write);
      if (options.out === undefined) await writeAll((piece) => writeTo(terminal.output, piece));
      else await writeToFile(options.out, writeAll);
    });
}

function monthArgument(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text))
    throw new InvalidArgumentError('It must be a month such as 2026-11.');
  return text;
}

/** @throws CommandFailure when the statement breaks off: what was written is not complete */
async function writeStatement(
  { services }: Terminal,
  { account, month }: { account: string; month: string },
  text: StatementText,
  write: Write,
): Promise<void> {
  const client = services.billingStatements;
  const request = { accountId: account, month };
  let isComplete = false;
  for await (const { part } of received(client.exportStatement.bind(client), request, reportTimeoutMs)) {
    switch (part?.$case) {
      case 'header':
        await write(text.header(part.value));
        break;
      case 'page':
        await write(text.lines(part.value.lines));
        break;
      case 'footer':
        await write(text.footer(part.value));
        isComplete = true;
        break;
      case undefined:
        break;
      default:
        part satisfies never;
    }
  }
  if (!isComplete) throw new CommandFailure(exitCodes.serviceFailed, 'the statement broke off');
}

async function writeTo(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}

/** Under another name until it is whole: a file that is there can be trusted. */
async function writeToFile(file: string, writeAll: (write: Write) => Promise<void>): Promise<void> {
  const unfinished = `${file}.unfinished`;
  let handle: FileHandle | undefined;
  try {
    const opened = (handle = await open(unfinished, 'w', 0o600));
    await writeAll((text) => opened.writeFile(text));
    await opened.close();
    await rename(unfinished, file);
  } catch (error) {
    await handle?.close();
    await rm(unfinished, { force: true });
    if (error instanceof CommandFailure) throw error;
    const reason = (error as Error).message;
    throw new CommandFailure(exitCodes.usage, `${file} cannot be written: ${reason}`, { cause: error });
  }
}
