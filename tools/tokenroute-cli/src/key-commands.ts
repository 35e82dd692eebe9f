import type { ApiKey, ChangeAuthor } from '@tokenroute/contracts';
import type { NanoUsd } from '@tokenroute/money';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import {
  countOption,
  expiresOption,
  modelsOption,
  none,
  orNone,
  secondsOption,
  usdOption,
} from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toKeyEventJson, toKeyJson } from './to-json.js';

interface CreateOptions {
  operator: string;
  account: string;
  name: string;
  rpm?: number;
  tpm?: number;
  models?: string[];
  expires?: Date;
  budget?: NanoUsd;
}

type Emptied = typeof none;

interface UpdateOptions {
  operator: string;
  name?: string;
  rpm?: number | Emptied;
  tpm?: number | Emptied;
  models?: string[] | Emptied;
  expires?: Date | Emptied;
  budget?: NanoUsd | Emptied;
  disable?: true;
  enable?: true;
}

/** `key create`, `key list`, `key update`, `key rotate`, `key revoke`, `key events`. */
export function addKeyCommands(program: Command, terminal: Terminal): void {
  const key = program.command('key').description('API keys');
  const create = key
    .command('create')
    .description('create a key; its secret is shown this once')
    .requiredOption('--account <id>', 'account that pays')
    .option('--name <name>', 'a name to know it by', 'default')
    .option('--rpm <n>', 'requests per minute (default: no limit)', countOption)
    .option('--tpm <n>', 'tokens per minute (default: no limit)', countOption)
    .option('--budget <usd>', 'the most it may cost in a calendar month, UTC (default: no budget)', usdOption)
    .option(
      '--models <ids>',
      'models it may use, separated by commas, * standing for anything (default: all)',
      modelsOption,
      [],
    )
    .option('--expires <when>', 'when it ends: 30d, 12h, or ISO 8601', (text: string) =>
      expiresOption(text, new Date()),
    );
  withOperatorOption(create).action((options: CreateOptions) => createKey(terminal, options));
  addUpdateCommand(key, terminal);
  key
    .command('list')
    .description("an account's keys, without their secrets")
    .requiredOption('--account <id>', 'account that pays')
    .action((options: { account: string }) => listKeys(terminal, options.account));
  const rotate = key
    .command('rotate')
    .description('create a key with the same settings; the old one goes on for an overlap')
    .argument('<id>', 'key id, not its secret')
    .requiredOption('--overlap <time>', 'how long the old one still works: 0s, 12h, 7d', secondsOption);
  withOperatorOption(rotate).action((id: string, options: { overlap: number; operator: string }) =>
    rotateKey(terminal, id, options),
  );
  const revoke = key
    .command('revoke')
    .description('revoke a key for good')
    .argument('<id>', 'key id, not its secret');
  withOperatorOption(revoke).action((id: string, { operator }: { operator: string }) =>
    revokeKey(terminal, id, operator),
  );
  key
    .command('events')
    .description('who changed what of a key, the newest first')
    .argument('<id>', 'key id, not its secret')
    .action((id: string) => listKeyEvents(terminal, id));
}

function addUpdateCommand(key: Command, terminal: Terminal): void {
  const update = key
    .command('update')
    .description(`change what a key may do; \`${none}\` takes a limit away`)
    .argument('<id>', 'key id, not its secret')
    .option('--name <name>', 'a name to know it by')
    .option('--rpm <n>', 'requests per minute', orNone(countOption))
    .option('--tpm <n>', 'tokens per minute', orNone(countOption))
    .option('--budget <usd>', 'the most it may cost in a calendar month, UTC', orNone(usdOption))
    .option('--models <ids>', 'models it may use, separated by commas', orNone(modelsOption))
    .option(
      '--expires <when>',
      'when it ends: 30d, 12h, or ISO 8601',
      orNone((text) => expiresOption(text, new Date())),
    )
    .option('--disable', 'refuse it until it is enabled again')
    .option('--enable', 'take it again');
  withOperatorOption(update).action((id: string, options: UpdateOptions) => updateKey(terminal, id, options));
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
    monthlyBudgetNanoUsd: options.budget,
    author: author(options),
  });
  printSecret(terminal, present(key), secret);
}

function printSecret(terminal: Terminal, key: ApiKey, secret: string): void {
  const { id, ...rest } = toKeyJson(key);
  terminal.print({ id, secret, ...rest }, [`secret     ${secret}`, ...keyLines(key)]);
  terminal.say('Keep the secret now: it is not stored and cannot be shown again.');
}

async function updateKey(terminal: Terminal, id: string, options: UpdateOptions): Promise<void> {
  const changes: Record<string, unknown> = {
    name: options.name,
    requests_per_minute: options.rpm,
    tokens_per_minute: options.tpm,
    monthly_budget_nano_usd: options.budget,
    allowed_models: options.models,
    expires_at: options.expires,
    disabled: options.disable ?? (options.enable ? false : undefined),
  };
  const fields = Object.keys(changes).filter((field) => changes[field] !== undefined);
  if (fields.length === 0) throw new CommandFailure(exitCodes.usage, 'nothing to change was given');
  const client = terminal.services.auth;
  const { key } = await call(client.updateKey.bind(client), {
    key: {
      id,
      ...unchanged,
      name: options.name ?? '',
      requestsPerMinute: unlessEmptied(options.rpm),
      tokensPerMinute: unlessEmptied(options.tpm),
      monthlyBudgetNanoUsd: unlessEmptied(options.budget),
      allowedModels: unlessEmptied(options.models) ?? [],
      expiresAt: unlessEmptied(options.expires),
      disabled: options.disable ?? false,
    },
    fields,
    accountId: '',
    author: author(options),
  });
  terminal.print(toKeyJson(present(key)), keyLines(present(key)));
}

/** Fields of a key that nobody sets. */
const unchanged = { accountId: '', display: '', createdBy: '', rotatedTo: '' };

function unlessEmptied<Value>(value: Value | Emptied | undefined): Value | undefined {
  return value === none ? undefined : (value as Value | undefined);
}

async function rotateKey(
  terminal: Terminal,
  id: string,
  options: { overlap: number; operator: string },
): Promise<void> {
  const client = terminal.services.auth;
  const { key, secret } = await call(client.rotateKey.bind(client), {
    id,
    overlapSeconds: options.overlap,
    accountId: '',
    author: author(options),
  });
  printSecret(terminal, present(key), secret);
}

async function listKeyEvents(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.auth;
  const { events } = await call(client.listKeyEvents.bind(client), { id, accountId: '' });
  terminal.print(
    { events: events.map(toKeyEventJson) },
    events.map((event) => {
      const { at, kind, by, from, detail } = toKeyEventJson(event);
      return `${at}  ${kind} by ${by ?? 'nobody named'}${from ? ` from ${from}` : ''}: ${JSON.stringify(detail)}`;
    }),
  );
}

function author({ operator }: { operator: string }): ChangeAuthor {
  return { name: operator, address: '' };
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

async function revokeKey(terminal: Terminal, id: string, operator: string): Promise<void> {
  const client = terminal.services.auth;
  const { key } = await call(client.revokeKey.bind(client), {
    id,
    accountId: '',
    author: author({ operator }),
  });
  terminal.print(toKeyJson(present(key)), keyLines(present(key)));
}

/** Auth does not know accounts: a key for a mistyped one would be created, and refused at every request. */
async function accountMustExist(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.billing;
  await call(client.getAccount.bind(client), { id });
}

function keyLines(key: ApiKey): string[] {
  const shown = toKeyJson(key);
  const { id, name, display, rpm, tpm, models, created_at, expires_at, revoked_at } = shown;
  return [
    `key        ${id}`,
    `name       ${name}`,
    `shown as   ${display}`,
    `models     ${models.length === 0 ? 'all' : models.join(', ')}`,
    `limits     ${limit(rpm)} requests, ${limit(tpm)} tokens a minute`,
    `budget     ${shown.monthly_budget_usd === null ? 'none' : `${shown.monthly_budget_usd} USD a month`}`,
    `created    ${created_at ?? 'unknown'}${shown.created_by ? ` by ${shown.created_by}` : ''}`,
    `last used  ${shown.last_used_at ?? 'never'}`,
    `expires    ${expires_at ?? 'never'}`,
    ...(shown.disabled ? ['disabled'] : []),
    ...(shown.rotated_to ? [`rotated to ${shown.rotated_to}`] : []),
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
