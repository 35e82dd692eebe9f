import type { ApiKey } from '@tokenroute/contracts';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { expiresOption, modelsOption, countOption } from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toKeyJson } from './to-json.js';

interface CreateOptions {
  account: string;
  name: string;
  rpm?: number;
  tpm?: number;
  models?: string[];
  expires?: Date;
}

/** `key create`, `key list`, `key revoke`. */
export function addKeyCommands(program: Command, terminal: Terminal): void {
  const key = program.command('key').description('API keys');
  key
    .command('create')
    .description('create a key; its secret is shown this once')
    .requiredOption('--account <id>', 'account that pays')
    .option('--name <name>', 'a name to know it by', 'default')
    .option('--rpm <n>', 'requests per minute, stored with the key (default: no limit)', countOption)
    .option('--tpm <n>', 'tokens per minute, stored with the key (default: no limit)', countOption)
    .option(
      '--models <ids>',
      'models it may use, separated by commas, * standing for anything (default: all)',
      modelsOption,
      [],
    )
    .option('--expires <when>', 'when it ends: 30d, 12h, or ISO 8601', (text: string) =>
      expiresOption(text, new Date()),
    )
    .action((options: CreateOptions) => createKey(terminal, options));
  key
    .command('list')
    .description("an account's keys, without their secrets")
    .requiredOption('--account <id>', 'account that pays')
    .action((options: { account: string }) => listKeys(terminal, options.account));
  key
    .command('revoke')
    .description('revoke a key for good')
    .argument('<id>', 'key id, not its secret')
    .action((id: string) => revokeKey(terminal, id));
}

async function createKey(terminal: Terminal, options: CreateOptions): Promise<void> {
  await accountMustExist(terminal, options.account);
  const client = terminal.services.auth;
  const { key, secret } = await call(client.createKey.bind(client), {
    accountId: options.account,
    name: options.name,
    requestsPerMinute: options.rpm,
    tokensPerMinute: options.tpm,
    allowedModels: options.models ?? [],
    expiresAt: options.expires,
  });
  const { id, ...rest } = toKeyJson(present(key));
  terminal.print({ id, secret, ...rest }, [`secret     ${secret}`, ...keyLines(present(key))]);
  terminal.say('Keep the secret now: it is not stored and cannot be shown again.');
}

async function listKeys(terminal: Terminal, accountId: string): Promise<void> {
  await accountMustExist(terminal, accountId);
  const client = terminal.services.auth;
  const { keys } = await call(client.listKeys.bind(client), { accountId });
  terminal.print(
    { keys: keys.map(toKeyJson) },
    keys.length === 0
      ? ['no keys']
      : keys.flatMap((key, index) => [...(index > 0 ? [''] : []), ...keyLines(key)]),
  );
}

async function revokeKey(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.auth;
  const { key } = await call(client.revokeKey.bind(client), { id });
  terminal.print(toKeyJson(present(key)), keyLines(present(key)));
}

/** Auth does not know accounts: a key for a mistyped one would be created, and refused at every request. */
async function accountMustExist(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.billing;
  await call(client.getAccount.bind(client), { id });
}

function keyLines(key: ApiKey): string[] {
  const { id, name, display, rpm, tpm, models, created_at, expires_at, revoked_at } = toKeyJson(key);
  return [
    `key        ${id}`,
    `name       ${name}`,
    `shown as   ${display}`,
    `models     ${models.length === 0 ? 'all' : models.join(', ')}`,
    `limits     ${limit(rpm)} requests, ${limit(tpm)} tokens a minute`,
    `created    ${created_at ?? 'unknown'}`,
    `expires    ${expires_at ?? 'never'}`,
    ...(revoked_at ? [`revoked    ${revoked_at}`] : []),
  ];
}

function limit(perMinute: number | null): string {
  return perMinute === null ? 'unlimited' : String(perMinute);
}

function present(key: ApiKey | undefined): ApiKey {
  if (!key) throw new CommandFailure(exitCodes.serviceFailed, 'auth answered without a key');
  return key;
}
