import type { GetHoldResponse } from '@tokenroute/contracts';
import type { Command } from 'commander';
import { priceLines } from './price-commands.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toReceiptJson } from './to-json.js';

/** `receipt`. */
export function addReceiptCommand(program: Command, terminal: Terminal): void {
  program
    .command('receipt')
    .description('what became of a request: its hold, price, usage, cost, and the ledger entries behind it')
    .argument('<id>', 'request id: the x-request-id of the answer')
    .action((id: string) => showReceipt(terminal, id));
}

async function showReceipt(terminal: Terminal, id: string): Promise<void> {
  const client = terminal.services.billing;
  const hold = await call(client.getHold.bind(client), { id, accountId: '' });
  terminal.print(toReceiptJson(hold), receiptLines(hold));
}

function receiptLines(hold: GetHoldResponse): string[] {
  const receipt = toReceiptJson(hold);
  return [
    `request     ${receipt.id}`,
    `account     ${receipt.account_id}`,
    `key         ${receipt.key_id ?? 'unknown'}`,
    `model       ${receipt.model ?? 'unknown'}`,
    `state       ${receipt.state}${receipt.ended_at ? ` since ${receipt.ended_at}` : ''}`,
    `held        ${receipt.hold_usd} USD, at ${receipt.created_at ?? 'an unknown time'}`,
    ...(hold.price ? priceLines(hold.price) : []),
    ...settlementLines(receipt),
    ...receipt.entries.map(
      ({ amount_usd, account_kind, account_id }) =>
        `entry       ${amount_usd} USD ${account_kind} ${account_id}`,
    ),
  ];
}

function settlementLines({ usage, ...receipt }: ReturnType<typeof toReceiptJson>): string[] {
  if (!usage) return [];
  return [
    `used        ${usage.input_tokens} in, ${usage.output_tokens} out, of which ${usage.reasoning_tokens} reasoning` +
      `${usage.estimated ? ' (estimated)' : ''}, at ${receipt.used_at ?? 'an unknown time'}`,
    ...receipt.items.map(
      ({ kind, tokens, usd_per_million, usd }) =>
        `item        ${tokens} ${kind} at ${usd_per_million} = ${usd} USD`,
    ),
    `cost        ${receipt.cost_usd} USD, charged ${receipt.charged_usd} USD`,
  ];
}
