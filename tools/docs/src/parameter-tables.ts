import type { ParameterRule } from '@tokenroute/openai-wire';
import type { AdapterRules } from './adapter-rules.js';
import { markdownTable } from './markdown-table.js';

/** A row for each parameter of OpenAI's, and those that only a provider knows in a table of their own. */
export function parameterTables(
  adapters: readonly AdapterRules[],
  openAiParameters: readonly string[],
): string {
  const beyond = parametersBeyond(adapters, openAiParameters);
  return [
    '### Parameters of OpenAI’s API',
    tableOf(openAiParameters, adapters),
    ...(beyond.length === 0 ? [] : ['### Parameters of others', tableOf(beyond, adapters)]),
  ].join('\n\n');
}

function tableOf(names: readonly string[], adapters: readonly AdapterRules[]): string {
  return markdownTable(
    ['parameter', ...adapters.map(({ provider }) => provider)],
    names.map((name) => [`\`${name}\``, ...adapters.map((adapter) => asMarkdown(fateOf(name, adapter)))]),
  );
}

/** What becomes of a parameter, as text: "sent: max_tokens", "400: Anthropic gives one choice", "left out", "as it came". */
export function fateOf(name: string, { parameters, passesOnUnknown }: AdapterRules): string {
  if (parameters === 'sent-as-they-are') return 'as it came';
  const rules = parametersOf(parameters);
  if (Object.hasOwn(rules, name)) return said(rules[name]!);
  return passesOnUnknown ? 'as it came' : said({ kind: 'hint' });
}

/** Those that only a provider knows, in the order of the alphabet. */
export function parametersBeyond(
  adapters: readonly AdapterRules[],
  openAiParameters: readonly string[],
): string[] {
  const known = new Set(openAiParameters);
  const others = adapters.flatMap(({ parameters }) => Object.keys(parametersOf(parameters)));
  return [...new Set(others)].filter((name) => !known.has(name)).sort();
}

function said(rule: ParameterRule): string {
  switch (rule.kind) {
    case 'sent':
      return rule.as === undefined ? 'sent' : `sent: ${rule.as}`;
    case 'refused':
      return `400: ${rule.because}`;
    case 'hint':
      return 'left out';
    default:
      return rule satisfies never;
  }
}

/** Markdown leaves underscores within a word alone. */
function asMarkdown(fate: string): string {
  return fate.replace(/[*<>]|\b_|_\b/g, '\\$&').replace(/^400:/, '**400**:');
}

function parametersOf(parameters: AdapterRules['parameters']): Readonly<Record<string, ParameterRule>> {
  return parameters === 'sent-as-they-are' ? {} : parameters;
}
