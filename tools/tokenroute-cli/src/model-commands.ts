import type { Model } from '@tokenroute/contracts';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import {
  capabilitiesOption,
  countOption,
  modelOrNoneOption,
  momentOrNoneOption,
  none,
} from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toModelJson } from './to-json.js';

interface PutOptions {
  operator: string;
  provider?: string;
  upstream?: string;
  ownedBy?: string;
  context?: number;
  maxOutput?: number;
  capabilities?: string[];
  deprecatedAt?: Date | typeof none;
  replacedBy?: string;
  retiredAt?: Date | typeof none;
}

/** `model list`, `model put`. */
export function addModelCommands(program: Command, terminal: Terminal): void {
  const model = program.command('model').description('the models and what serves them');
  model
    .command('list')
    .description('every model with the price in force now')
    .action(() => listModels(terminal));
  withOperatorOption(
    model
      .command('put')
      .description('create a model, or change what is given here and keep the rest')
      .argument('<id>', 'the id that customers use')
      .option('--provider <name>', 'whose adapter serves it, such as openai')
      .option('--upstream <id>', "the provider's own id of the model")
      .option('--owned-by <name>', 'who made it')
      .option('--context <n>', 'tokens of context', countOption)
      .option('--max-output <n>', 'tokens it can answer with', countOption)
      .option(
        '--capabilities <list>',
        'what it takes and can do: image,pdf,tools,…; or none',
        capabilitiesOption,
      )
      .option('--deprecated-at <when>', 'when its provider may end it: ISO 8601; or none', (text: string) =>
        momentOrNoneOption(text, new Date()),
      )
      .option('--replaced-by <id>', 'the model to move to; or none', modelOrNoneOption)
      .option('--retired-at <when>', 'when it is not on offer any more: ISO 8601; or none', (text: string) =>
        momentOrNoneOption(text, new Date()),
      ),
  ).action((id: string, options: PutOptions) => putModel(terminal, id, options));
}

async function listModels(terminal: Terminal): Promise<void> {
  const client = terminal.services.billing;
  const answer = await call(client.listModels.bind(client), { accountId: '' });
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

async function putModel(terminal: Terminal, id: string, options: PutOptions): Promise<void> {
  const fields = givenFields(options);
  if (fields.length === 0)
    throw new CommandFailure(exitCodes.usage, 'say what to set, such as --upstream; --help lists all');
  const client = terminal.services.billingAdmin;
  const { model } = await call(client.putModel.bind(client), {
    model: {
      id,
      provider: options.provider ?? '',
      upstreamModel: options.upstream ?? '',
      ownedBy: options.ownedBy ?? '',
      contextTokens: options.context ?? 0,
      maxOutputTokens: options.maxOutput ?? 0,
      capabilities: options.capabilities ?? [],
      deprecatedAt: options.deprecatedAt === none ? undefined : options.deprecatedAt,
      replacedBy: options.replacedBy ?? '',
      retiredAt: options.retiredAt === none ? undefined : options.retiredAt,
    },
    fields,
    operator: options.operator,
  });
  if (!model) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without a model');
  terminal.print(toModelJson(model), modelLines(model));
  if (!model.price) terminal.say(`It is not on offer until it has a price: tokenroute price add ${id} …`);
}

/** The contract's names of what was asked for; the rest keeps its value. */
function givenFields(options: PutOptions): string[] {
  const values: Record<string, unknown> = {
    provider: options.provider,
    upstream_model: options.upstream,
    owned_by: options.ownedBy,
    context_tokens: options.context,
    max_output_tokens: options.maxOutput,
    capabilities: options.capabilities,
    deprecated_at: options.deprecatedAt,
    replaced_by: options.replacedBy,
    retired_at: options.retiredAt,
  };
  return Object.keys(values).filter((field) => values[field] !== undefined);
}

function modelLines(model: Model): string[] {
  const shown = toModelJson(model);
  return [
    `model         ${shown.id}`,
    `served by     ${shown.provider}, as ${shown.upstream_model}`,
    `owned by      ${shown.owned_by}`,
    `context       ${shown.context_tokens} tokens, of which ${shown.max_output_tokens} may be output`,
    `capabilities  ${shown.capabilities.join(', ') || 'text alone'}`,
    `deprecated    ${shown.deprecated_at ?? 'no end is known'}`,
    ...(shown.retired_at ? [`retired       ${shown.retired_at}`] : []),
    ...(shown.replaced_by ? [`replaced by   ${shown.replaced_by}`] : []),
  ];
}
