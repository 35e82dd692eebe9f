import type { NewRates, Price } from '@tokenroute/contracts';
import type { PicoUsd } from '@tokenroute/money';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from './command-failure.js';
import { withOperatorOption } from './operator-option.js';
import { countOption, momentOption, usdPerMillionOption } from './parse-option.js';
import { call } from './services.js';
import type { Terminal } from './terminal.js';
import { toPriceJson } from './to-json.js';

interface AddOptions {
  operator: string;
  input: PicoUsd;
  output: PicoUsd;
  cachedInput?: PicoUsd;
  cacheWrite5m?: PicoUsd;
  cacheWrite1h?: PicoUsd;
  audioInput?: PicoUsd;
  longContextAbove?: number;
  longInput?: PicoUsd;
  longOutput?: PicoUsd;
  longCachedInput?: PicoUsd;
  longCacheWrite5m?: PicoUsd;
  longCacheWrite1h?: PicoUsd;
  longAudioInput?: PicoUsd;
  peakHours?: string;
  peakPercent?: number;
  effectiveFrom?: Date;
  source?: string;
}

type RatesJson = NonNullable<ReturnType<typeof toPriceJson>['long_context']>;

const units = '\nRates are exact USD per million tokens, with at most six decimals.';

/** `price add`, `price list`. */
export function addPriceCommands(program: Command, terminal: Terminal): void {
  const price = program.command('price').description('the price book');
  const add = price
    .command('add')
    .description('add a price; a price is never changed, the newest whose time has come is in force')
    .argument('<model>', 'model id')
    .requiredOption('--input <usd>', 'per million input tokens', usdPerMillionOption)
    .requiredOption('--output <usd>', 'per million output tokens', usdPerMillionOption);
  addRateOptions(add, 'default: the input rate');
  add
    .option(
      '--long-context-above <n>',
      'other rates for requests with more input tokens than that',
      countOption,
    )
    .option('--long-input <usd>', 'as --input, for those', usdPerMillionOption)
    .option('--long-output <usd>', 'as --output, for those', usdPerMillionOption);
  addRateOptions(add, 'default: the long input rate', 'long-');
  add
    .option('--peak-hours <hours>', 'in UTC, such as "Mon-Fri 01:00-04:00,06:00-10:00"')
    .option('--peak-percent <n>', 'what every rate is then, in percent', countOption)
    .option('--effective-from <when>', 'ISO 8601, or from now such as 12h (default: now)', (text: string) =>
      momentOption(text, new Date()),
    )
    .option('--source <text>', 'where the price comes from (default: the operator)')
    .addHelpText('after', units);
  withOperatorOption(add).action((model: string, options: AddOptions) => addPrice(terminal, model, options));
  price
    .command('list')
    .description("a model's prices, the newest first, those to come included")
    .argument('<model>', 'model id')
    .action((model: string) => listPrices(terminal, model));
}

function addRateOptions(command: Command, whenAbsent: string, prefix = ''): void {
  const rates = {
    'cached-input': 'input tokens read from a cache',
    'cache-write-5m': 'input tokens written to a cache for five minutes',
    'cache-write-1h': 'input tokens written to a cache for an hour',
    'audio-input': 'input tokens that are audio',
  };
  for (const [name, what] of Object.entries(rates))
    command.option(`--${prefix}${name} <usd>`, `per million ${what} (${whenAbsent})`, usdPerMillionOption);
}

async function addPrice(terminal: Terminal, model: string, options: AddOptions): Promise<void> {
  const client = terminal.services.billingAdmin;
  const { price } = await call(client.addPrice.bind(client), {
    model,
    rates: ratesOf(options),
    longContextRates: longContextRatesOf(options),
    longContextAboveTokens: options.longContextAbove ?? 0,
    peakHours: options.peakHours ?? '',
    peakPercent: options.peakPercent ?? 0,
    effectiveFrom: options.effectiveFrom,
    source: options.source ?? `entered by ${options.operator}`,
    operator: options.operator,
  });
  if (!price) throw new CommandFailure(exitCodes.serviceFailed, 'billing answered without a price');
  terminal.print({ model, ...toPriceJson(price) }, priceLines(price));
}

async function listPrices(terminal: Terminal, model: string): Promise<void> {
  const client = terminal.services.billing;
  const { prices } = await call(client.listPrices.bind(client), { model });
  const inForce = prices.find(({ effectiveFrom }) => effectiveFrom! <= new Date());
  const stateOf = (price: Price) =>
    price === inForce ? 'in force' : price.effectiveFrom! > new Date() ? 'to come' : 'past';
  terminal.print(
    { model, prices: prices.map((price) => ({ state: stateOf(price), ...toPriceJson(price) })) },
    prices.length === 0
      ? ['no prices']
      : prices.flatMap((price, index) => [
          ...(index > 0 ? [''] : []),
          `state       ${stateOf(price)}`,
          ...priceLines(price),
        ]),
  );
}

function ratesOf(options: AddOptions): NewRates {
  return {
    inputPicoUsd: options.input,
    cachedInputPicoUsd: options.cachedInput,
    cacheWrite5mPicoUsd: options.cacheWrite5m,
    cacheWrite1hPicoUsd: options.cacheWrite1h,
    audioInputPicoUsd: options.audioInput,
    outputPicoUsd: options.output,
  };
}

/** Undefined when no rate of that tier is given: whether one must be is for billing to say. */
function longContextRatesOf(options: AddOptions): NewRates | undefined {
  const rates: NewRates = {
    inputPicoUsd: options.longInput,
    cachedInputPicoUsd: options.longCachedInput,
    cacheWrite5mPicoUsd: options.longCacheWrite5m,
    cacheWrite1hPicoUsd: options.longCacheWrite1h,
    audioInputPicoUsd: options.longAudioInput,
    outputPicoUsd: options.longOutput,
  };
  return Object.values(rates).some((rate) => rate !== undefined) ? rates : undefined;
}

/** A row of the price book, for people. */
export function priceLines(price: Price): string[] {
  const shown = toPriceJson(price);
  return [
    `price       ${shown.id}, from ${shown.effective_from ?? 'unknown'} on`,
    `rates       ${ratesText(shown)}`,
    ...(shown.long_context
      ? [`above ${shown.long_context_above_tokens}: ${ratesText(shown.long_context)}`]
      : []),
    ...(shown.peak_hours_utc ? [`peak        ${shown.peak_percent} % ${shown.peak_hours_utc} UTC`] : []),
    `source      ${shown.source}`,
  ];
}

function ratesText(rates: RatesJson): string {
  return (
    `${rates.input_usd_per_million} in, ${rates.output_usd_per_million} out, ` +
    `${rates.cached_input_usd_per_million} cached, ${rates.cache_write_5m_usd_per_million} and ` +
    `${rates.cache_write_1h_usd_per_million} cache write (5 min, 1 h), ` +
    `${rates.audio_input_usd_per_million} audio (USD per million tokens)`
  );
}
