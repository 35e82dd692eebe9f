import type { AccountFreeze, Payment, PaymentEvent, TopUpSettings } from '@tokenroute/contracts';
import { formatUsd, type NanoUsd } from '@tokenroute/money';
import { type Command, InvalidArgumentError } from 'commander';
import { v4 as uuid, validate as isUuid } from 'uuid';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import { none, positiveUsdOption } from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';

interface CreateOptions {
  account: string;
  usd: NanoUsd;
  returnUrl: string;
  savePaymentMethod?: true;
  id?: string;
}

interface SettingsOptions {
  account: string;
  lowBalance?: NanoUsd | typeof none;
  threshold?: NanoUsd;
  amount?: NanoUsd;
  monthlyCap?: NanoUsd;
  automatic?: false;
}

const pageSize = 100;

/** `topup create|list|settings|events|retry`, and `account freeze|unfreeze`. */
export function addPaymentCommands(program: Command, terminal: Terminal): void {
  const topup = program.command('topup').description('money that comes in');
  addTopUpCommands(topup, terminal);
  addSettingsCommand(topup, terminal);
  addEventCommands(topup, terminal);
  addFreezeCommands(program, terminal);
}

function addTopUpCommands(topup: Command, terminal: Terminal): void {
  topup
    .command('create')
    .description('open a payment page for an account')
    .requiredOption('--account <id>', 'account that is credited')
    .requiredOption('--usd <amount>', 'how much, in whole cents', positiveUsdOption)
    .option('--return-url <url>', 'where the page leads back to', 'http://localhost/')
    .option('--save-payment-method', 'keep the payment method for automatic top-ups')
    .option(
      '--id <uuid>',
      'the id of a top-up that may have failed: the same id is the same top-up',
      uuidOption,
    )
    .action((options: CreateOptions) => createTopUp(terminal, options));
  topup
    .command('list')
    .description("an account's payments, the newest first")
    .requiredOption('--account <id>', 'account that was credited')
    .action((options: { account: string }) => listPayments(terminal, options.account));
}

function addSettingsCommand(topup: Command, terminal: Terminal): void {
  topup
    .command('settings')
    .description('automatic top-up and low balance of an account: shown, and changed by what is given')
    .requiredOption('--account <id>', 'whose')
    .option(
      '--low-balance <usd>',
      `tell when the balance falls below it; \`${none}\`: do not`,
      usdOrNoneOption,
    )
    .option('--threshold <usd>', 'top up when what is available falls below it', positiveUsdOption)
    .option('--amount <usd>', 'by so much', positiveUsdOption)
    .option('--monthly-cap <usd>', 'at most so much in a calendar month, UTC', positiveUsdOption)
    .option('--no-automatic', 'no automatic top-up any more')
    .action((options: SettingsOptions & { automatic: boolean }) => topUpSettings(terminal, options));
}

function addEventCommands(topup: Command, terminal: Terminal): void {
  topup
    .command('events')
    .description("the payment provider's events that need somebody")
    .option('--state <state>', 'received, processed, ignored, failed or held instead')
    .action((options: { state?: string }) => listEvents(terminal, options.state ?? ''));
  topup
    .command('retry')
    .description('process a failed or held event once more')
    .argument('<event>', 'event id')
    .action((id: string) => retryEvent(terminal, id));
}

function addFreezeCommands(program: Command, terminal: Terminal): void {
  const account = program.commands.find((command) => command.name() === 'account')!;
  const freeze = account
    .command('freeze')
    .description('let an account take no new requests and payments')
    .argument('<id>', 'account id')
    .requiredOption('--reason <text>', 'why; the customer may see it');
  withOperatorOption(freeze).action((id: string, options: { reason: string; operator: string }) =>
    freezeAccount(terminal, id, options),
  );
  const unfreeze = account
    .command('unfreeze')
    .description('lift whatever freezes an account, a dispute included')
    .argument('<id>', 'account id');
  withOperatorOption(unfreeze).action((id: string, { operator }: { operator: string }) =>
    unfreezeAccount(terminal, id, operator),
  );
}

async function createTopUp(terminal: Terminal, options: CreateOptions): Promise<void> {
  const client = terminal.services.billingPayments;
  const id = options.id ?? uuid();
  const request = {
    id,
    accountId: options.account,
    amountNanoUsd: options.usd,
    successUrl: options.returnUrl,
    cancelUrl: options.returnUrl,
    savePaymentMethod: options.savePaymentMethod ?? false,
  };
  const { payment, checkoutUrl } = await call(client.createTopUp.bind(client), request).catch(
    (error: unknown) => {
      if (error instanceof CommandFailure && error.exitCode === exitCodes.unreachable)
        terminal.say(`To repeat it safely add: --id ${id}`);
      throw error;
    },
  );
  const json = { ...toPaymentJson(present(payment)), checkout_url: checkoutUrl };
  terminal.print(json, [...paymentLines(json), `pay at     ${checkoutUrl}`]);
}

async function listPayments(terminal: Terminal, accountId: string): Promise<void> {
  const client = terminal.services.billingPayments;
  const payments: Payment[] = [];
  let pageToken = '';
  do {
    const page = await call(client.listPayments.bind(client), { accountId, pageSize, pageToken });
    payments.push(...page.payments);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  const json = payments.map(toPaymentJson);
  terminal.print(
    { payments: json },
    json.map(
      ({ id, kind, state, amount_usd, created_at, problem }) =>
        `${id}  ${created_at}  ${amount_usd} USD  ${kind}  ${state}${problem ? `  ${problem}` : ''}`,
    ),
  );
}

async function topUpSettings(
  terminal: Terminal,
  options: SettingsOptions & { automatic?: boolean },
): Promise<void> {
  const client = terminal.services.billingPayments;
  const { settings } = await call(client.getTopUpSettings.bind(client), { accountId: options.account });
  const before = present(settings);
  const wanted = changedSettings(before, options);
  const shown = wanted
    ? present((await call(client.setTopUpSettings.bind(client), { settings: wanted })).settings)
    : before;
  const json = toSettingsJson(shown);
  terminal.print(
    json,
    Object.entries(json).map(([name, value]) => `${name.padEnd(22)}${value ?? '-'}`),
  );
}

/** Undefined when nothing is to be changed: what is not given keeps its value. */
function changedSettings(
  before: TopUpSettings,
  options: SettingsOptions & { automatic?: boolean },
): TopUpSettings | undefined {
  const { lowBalance, threshold, amount, monthlyCap } = options;
  const automaticGiven = [threshold, amount, monthlyCap].some((value) => value !== undefined);
  if (lowBalance === undefined && !automaticGiven && options.automatic !== false) return undefined;
  const automatic = {
    thresholdNanoUsd: threshold ?? before.automatic?.thresholdNanoUsd ?? 0n,
    amountNanoUsd: amount ?? before.automatic?.amountNanoUsd ?? 0n,
    monthlyCapNanoUsd: monthlyCap ?? before.automatic?.monthlyCapNanoUsd ?? 0n,
  };
  const keepsAutomatic = options.automatic !== false && (automaticGiven || before.automatic !== undefined);
  return {
    ...before,
    lowBalanceNanoUsd: lowBalance === none ? undefined : (lowBalance ?? before.lowBalanceNanoUsd),
    automatic: keepsAutomatic ? automatic : undefined,
  };
}

async function listEvents(terminal: Terminal, state: string): Promise<void> {
  const client = terminal.services.billingPayments;
  const { events } = await call(client.listPaymentEvents.bind(client), { state, pageSize });
  const json = events.map(toEventJson);
  terminal.print(
    { events: json },
    json.map((event) => `${event.id}  ${event.received_at}  ${event.type}  ${event.state}  ${event.problem}`),
  );
}

async function retryEvent(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.billingPayments;
  await call(client.retryPaymentEvent.bind(client), { id });
  terminal.print({ id, state: 'received' }, [`${id} will be processed once more`]);
}

async function freezeAccount(
  terminal: Terminal,
  accountId: string,
  { reason, operator }: { reason: string; operator: string },
): Promise<void> {
  const client = terminal.services.billingPayments;
  const { freeze } = await call(client.freezeAccount.bind(client), { accountId, reason, operator });
  printFreeze(terminal, present(freeze));
}

async function unfreezeAccount(terminal: Terminal, accountId: string, operator: string): Promise<void> {
  const client = terminal.services.billingPayments;
  const { freeze } = await call(client.unfreezeAccount.bind(client), { accountId, operator });
  printFreeze(terminal, present(freeze));
}

function printFreeze(terminal: Terminal, { accountId, frozenAt, reason }: AccountFreeze): void {
  const json = {
    account_id: accountId,
    frozen_at: frozenAt?.toISOString() ?? null,
    frozen_reason: reason || null,
  };
  const line = frozenAt ? `frozen since ${json.frozen_at}: ${reason}` : 'not frozen';
  terminal.print(json, [`account    ${accountId}`, line]);
}

function toPaymentJson(payment: Payment) {
  return {
    id: payment.id,
    account_id: payment.accountId,
    kind: payment.kind,
    state: payment.state,
    amount_usd: formatUsd(payment.amountNanoUsd),
    refunded_usd: formatUsd(payment.refundedNanoUsd),
    disputed_usd: formatUsd(payment.disputedNanoUsd),
    problem: payment.problem || null,
    created_at: payment.createdAt?.toISOString() ?? null,
    credited_at: payment.creditedAt?.toISOString() ?? null,
  };
}

function paymentLines(payment: ReturnType<typeof toPaymentJson>): string[] {
  return [
    `payment    ${payment.id}`,
    `account    ${payment.account_id}`,
    `amount     ${payment.amount_usd} USD`,
    `state      ${payment.state}`,
  ];
}

function toSettingsJson({ accountId, lowBalanceNanoUsd, automatic, ...rest }: TopUpSettings) {
  const usd = (amount: bigint | undefined) => (amount === undefined ? null : formatUsd(amount));
  return {
    account_id: accountId,
    low_balance_usd: usd(lowBalanceNanoUsd),
    threshold_usd: usd(automatic?.thresholdNanoUsd),
    amount_usd: usd(automatic?.amountNanoUsd),
    monthly_cap_usd: usd(automatic?.monthlyCapNanoUsd),
    has_payment_method: rest.hasPaymentMethod,
    paused_reason: rest.pausedReason || null,
  };
}

function toEventJson(event: PaymentEvent) {
  return {
    id: event.id,
    type: event.type,
    state: event.state,
    attempts: event.attempts,
    problem: event.problem,
    received_at: event.receivedAt?.toISOString() ?? null,
  };
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined)
    throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without what was asked for');
  return value;
}

function usdOrNoneOption(text: string): NanoUsd | typeof none {
  return text === none ? none : positiveUsdOption(text);
}

function uuidOption(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text;
}
