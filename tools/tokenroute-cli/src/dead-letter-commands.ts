import type { DeadLetter } from '@tokenroute/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toDeadLetterJson } from './to-json.js';

const pageSize = 100;

/** `dead-letters list`, `dead-letters show`, `dead-letters replay`. */
export function addDeadLetterCommands(program: Command, terminal: Terminal): void {
  const letters = program.command('dead-letters').description('settlements that could not be charged');
  letters
    .command('list')
    .description('the newest first; those that a replay has charged only when asked for')
    .option('--charged', 'also those that a replay has charged')
    .option('--limit <n>', 'how many', limitOption, pageSize)
    .option('--before <id>', 'only older ones: the last id of the page before', idOption)
    .action((options: { charged?: boolean; limit: number; before?: bigint }) =>
      listDeadLetters(terminal, options),
    );
  letters
    .command('show')
    .description('one of them: what it says, why it was refused, what became of it')
    .argument('<id>', 'its id', idOption)
    .action((id: bigint) => showDeadLetter(terminal, id));
  letters
    .command('replay')
    .description('settle them once more; a hold is charged once, however often it is replayed')
    .argument('[ids...]', 'which', idsOption)
    .option('--all', 'all that are not charged')
    .action((ids: bigint[] | undefined, options: { all?: boolean }) =>
      replayDeadLetters(terminal, ids ?? [], options.all === true),
    );
}

async function listDeadLetters(
  terminal: Terminal,
  options: { charged?: boolean; limit: number; before?: bigint },
): Promise<void> {
  const client = terminal.services.billingDeadLetters;
  const { letters, uncharged } = await call(client.listDeadLetters.bind(client), {
    withCharged: options.charged === true,
    limit: options.limit,
    beforeId: options.before ?? 0n,
  });
  terminal.print({ uncharged, letters: letters.map(toDeadLetterJson) }, [
    `${uncharged} not charged`,
    ...letters.map(summaryLine),
  ]);
}

async function showDeadLetter(terminal: Terminal, id: bigint): Promise<void> {
  const client = terminal.services.billingDeadLetters;
  const { letter } = await call(client.getDeadLetter.bind(client), { id });
  if (!letter) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without a letter');
  const json = toDeadLetterJson(letter);
  terminal.print(json, [
    `letter     ${json.id}`,
    `received   ${json.received_at ?? 'at an unknown time'}`,
    `reason     ${json.reason}`,
    `attempts   ${json.attempts}`,
    ...(json.replayed_at ? [`replayed   ${json.replayed_at}: ${json.outcome}`] : []),
    ...json.settlements.map(
      ({ request_id, account_id, model, price_id, usage }) =>
        `says       request ${request_id || 'none'}, account ${account_id || 'none'}, model ${model || 'none'}, ` +
        `price ${price_id}: ${usage ? `${usage.input_tokens} in, ${usage.output_tokens} out` : 'no usage'}`,
    ),
    `payload    ${json.payload_base64}`,
  ]);
}

async function replayDeadLetters(terminal: Terminal, ids: bigint[], all: boolean): Promise<void> {
  if (all === ids.length > 0) throw new CommandFailure(exitCodes.usage, 'name ids, or --all: one of the two');
  const letters: DeadLetter[] = [];
  for (let at = 0; at < ids.length; at += pageSize) {
    letters.push(...(await replay(terminal, ids.slice(at, at + pageSize))));
  }
  if (all) letters.push(...(await replayAll(terminal)));
  const charged = letters.filter(({ outcome }) => outcome === 'charged').length;
  terminal.print({ replayed: letters.length, charged, letters: letters.map(toDeadLetterJson) }, [
    ...letters.map(summaryLine),
    `${charged} of ${letters.length} charged`,
  ]);
  if (charged < letters.length) {
    throw new CommandFailure(
      exitCodes.checkFailed,
      `${letters.length - charged} of ${letters.length} are not charged`,
    );
  }
}

async function replay(terminal: Terminal, ids: bigint[]): Promise<DeadLetter[]> {
  const client = terminal.services.billingDeadLetters;
  return (await call(client.replayDeadLetters.bind(client), { ids })).letters;
}

/** From the newest to the oldest, page by page: what is refused again is not met twice. */
async function replayAll(terminal: Terminal): Promise<DeadLetter[]> {
  const client = terminal.services.billingDeadLetters;
  const replayed: DeadLetter[] = [];
  for (let beforeId = 0n; ;) {
    const request = { withCharged: false, limit: pageSize, beforeId };
    const { letters } = await call(client.listDeadLetters.bind(client), request);
    if (letters.length === 0) return replayed;
    const ids = letters.map(({ id }) => id);
    replayed.push(...(await replay(terminal, ids)));
    beforeId = ids.at(-1)!;
  }
}

function summaryLine(letter: DeadLetter): string {
  const { id, received_at, reason, outcome, settlements } = toDeadLetterJson(letter);
  const requests = settlements.map(({ request_id }) => request_id || 'none').join(' ') || 'none';
  return `${id}  ${received_at ?? '-'}  ${reason}  ${outcome ?? 'not replayed'}  request ${requests}`;
}

function idOption(text: string): bigint {
  if (!/^[1-9]\d{0,17}$/.test(text))
    throw new InvalidArgumentError('It must be the number of a dead letter.');
  return BigInt(text);
}

function idsOption(text: string, before: bigint[] | undefined): bigint[] {
  return [...(before ?? []), idOption(text)];
}

function limitOption(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > 500) throw new InvalidArgumentError('It must be 1 to 500.');
  return limit;
}
