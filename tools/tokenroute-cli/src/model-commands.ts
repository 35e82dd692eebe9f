import type { Command } from 'commander';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toModelJson } from './to-json.js';

/** `model list`. */
export function addModelCommands(program: Command, terminal: Terminal): void {
  const model = program.command('model').description('models on offer');
  model
    .command('list')
    .description('every model with the price in force now')
    .action(() => listModels(terminal));
}

async function listModels(terminal: Terminal): Promise<void> {
  const client = terminal.services.billing;
  const answer = await call(client.listModels.bind(client), {});
  const models = answer.models.map(toModelJson);
  const width = Math.max(...models.map(({ id }) => id.length), 0);
  terminal.print(
    { models },
    models.map(({ id, provider, price }) => {
      const prices = price
        ? `${price.input_usd_per_million} in, ${price.output_usd_per_million} out (USD per million tokens)`
        : 'no price in force';
      return `${id.padEnd(width)}  ${provider.padEnd(9)}  ${prices}`;
    }),
  );
}
