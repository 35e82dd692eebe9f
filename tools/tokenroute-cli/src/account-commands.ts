import type { Account } from '@tokenroute/contracts';

import { formatUsd, type NanoUsd, zeroNanoUsd } from '@tokenroute/money';
import { type Command, InvalidArgumentError } from 'commander';
import { v4 as uuid, validate as isUuid } from 'uuid';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import { positiveUsdOption, usdOption } from './parse-option.js';
import type { Terminal } from './terminal.js';
import { call } from './services.js';
import { toAccountJson } from './to-json.js';

const listed = 200;

/** `account create`, `account show`, `account list`, `credit grant`. */
export function addAccountCommands(program: Command, terminal: Terminal): void {
  const account = program.command('account').description('customers and what they have');
  account
    .command('create')
    .description('create an account, with promotional credit if you like')
    .requiredOption('--email <email>', 'who it belongs to', emailOption)
    .option('--credit <usd>', 'promotional credit to start with', usdOption)
    .action((options: { email: string; credit?: NanoUsd }) => createAccount(terminal, options));
  account
    .command('show')
    .description('balance, what of it is held, and what is available')
    .argument('<id>', 'account id')
    .action((id: string) => showAccount(terminal, id));

  account
    .command('list')
    .description('the newest accounts, at most 200, or those that are searched for')
    .option('--search <text>', 'a part of the e-mail address, or an id')
    .action((options: { search?: string }) => listAccounts(terminal, options.search ?? ''));

  const credit = program.command('credit').description('promotional credit');
  withOperatorOption(
    credit
      .command('grant')
      .description('give an account promotional credit')
      .argument('<id>', 'account id')
      .requiredOption('--usd <amount>', 'how much', positiveUsdOption)
      .option(
        '--grant-id <uuid>',
        'the id of a grant that may have failed: the same id is the same grant',
        uuidOption,
      ),
  ).action((id: string, options: GrantOptions) => grantCredit(terminal, id, options));
}

interface GrantOptions {
  operator: string;
  usd: NanoUsd;
  grantId?: string;
}

async function listAccounts(terminal: Terminal, text: string): Promise<void> {
  const client = terminal.services.billingAdmin;
  const request = { text, ids: [], onlyFrozen: false, pageSize: listed, pageToken: '' };
  const { accounts } = await call(client.listAccounts.bind(client), request);
  const shown = accounts.map(toAccountJson);
  terminal.print(
    { accounts: shown },
    shown.map(
      ({ id, email, balance_usd, held_usd }) => `${id}  ${balance_usd} USD, ${held_usd} held  ${email}`,
    ),
  );
}

async function createAccount(
  terminal: Terminal,
  options: { email: string; credit?: NanoUsd },
): Promise<void> {
  const client = terminal.services.billingAdmin;
  const { account } = await call(client.createAccount.bind(client), {
    email: options.email,
    creditNanoUsd: options.credit ?? zeroNanoUsd,
  });
  printAccount(terminal, account);
}

async function showAccount(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.billing;
  const { account } = await call(client.getAccount.bind(client), { id });
  printAccount(terminal, account);
}

async function grantCredit(terminal: Terminal, id: string, options: GrantOptions): Promise<void> {
  const grantId = options.grantId ?? uuid();
  const client = terminal.services.billingAdmin;
  const request = { accountId: id, amountNanoUsd: options.usd, grantId, operator: options.operator };
  const { account } = await call(client.grantCredit.bind(client), request).catch((error: unknown) => {
    // No answer does not mean no grant: only the same id makes another try safe.
    const isAmbiguous =
      error instanceof CommandFailure &&
      (error.exitCode === exitCodes.unreachable || error.exitCode === exitCodes.serviceFailed);
    if (isAmbiguous) {
      terminal.say(`It may have been granted all the same. To repeat it safely add: --grant-id ${grantId}`);
    }
    throw error;
  });
  const granted = { grant_id: grantId, granted_usd: formatUsd(options.usd) };
  terminal.print({ ...toAccountJson(present(account)), ...granted }, [
    `granted    ${granted.granted_usd} USD (grant ${grantId})`,
    ...accountLines(present(account)),
  ]);
}

function printAccount(terminal: Terminal, account: Account | undefined): void {
  terminal.print(toAccountJson(present(account)), accountLines(present(account)));
}

function accountLines(account: Account): string[] {
  const { id, email, balance_usd, held_usd, available_usd } = toAccountJson(account);
  return [
    `account    ${id}`,
    `email      ${email}`,
    `balance    ${balance_usd} USD`,
    `held       ${held_usd} USD`,
    `available  ${available_usd} USD`,
  ];
}

function present(account: Account | undefined): Account {
  if (!account) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without an account');
  return account;
}

function emailOption(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text)) throw new InvalidArgumentError('It must be an e-mail address.');
  return text;
}

function uuidOption(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text;
}
