import type { PricePlan } from '@tokenroute/contracts';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import { momentOption, percentOption } from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toPricePlanJson } from './to-json.js';

interface AddOptions {
  operator: string;
  basisPoints: number;
  model?: string;
  effectiveFrom?: Date;
  reason?: string;
}

/** `price-plan add`, `price-plan list`. */
export function addPricePlanCommands(program: Command, terminal: Terminal): void {
  const pricePlan = program.command('price-plan').description("an account's own prices");
  const add = pricePlan
    .command('add')
    .description('let an account pay so much of the list price; the newest whose time has come is in force')
    .argument('<account>', 'account id')
    .requiredOption('--percent <n>', 'of the list price: 90 is a tenth less, 100 ends a plan', percentOption)
    .option('--model <id>', 'for this model only; goes before a plan for all (default: all models)')
    .option('--effective-from <when>', 'ISO 8601, or from now such as 12h (default: now)', (text: string) =>
      momentOption(text, new Date()),
    )
    .option('--reason <text>', 'why (default: the operator)');
  withOperatorOption(add).action(
    (account: string, { percent, ...options }: Omit<AddOptions, 'basisPoints'> & { percent: number }) =>
      addPricePlan(terminal, account, { ...options, basisPoints: percent }),
  );
  pricePlan
    .command('list')
    .description("an account's plans, the newest first, those to come included")
    .argument('<account>', 'account id')
    .action((account: string) => listPricePlans(terminal, account));
}

async function addPricePlan(terminal: Terminal, accountId: string, options: AddOptions): Promise<void> {
  const client = terminal.services.billingAdmin;
  const { plan } = await call(client.addPricePlan.bind(client), {
    accountId,
    model: options.model ?? '',
    basisPoints: options.basisPoints,
    effectiveFrom: options.effectiveFrom,
    reason: options.reason ?? `entered by ${options.operator}`,
    operator: options.operator,
  });
  if (!plan) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without a price plan');
  terminal.print(toPricePlanJson(plan), [planLine(plan)]);
}

async function listPricePlans(terminal: Terminal, accountId: string): Promise<void> {
  const client = terminal.services.billingAdmin;
  const { plans } = await call(client.listPricePlans.bind(client), { accountId });
  terminal.print(
    { account_id: accountId, plans: plans.map(toPricePlanJson) },
    plans.length === 0 ? ['no price plans: list prices'] : plans.map(planLine),
  );
}

function planLine(plan: PricePlan): string {
  const { id, percent, model, effective_from: from, reason } = toPricePlanJson(plan);
  return `${id}  ${percent} % of the list price of ${model ?? 'every model'}, from ${from} on: ${reason}`;
}
