import type { ParameterRule } from '@tokenroute/openai-wire';
import type { AdapterRules } from './adapter-rules.js';
import { markdownTable } from './markdown-table.js';

/** A row for each parameter of OpenAI's, and those that only a provider knows in a table of their own. */
export function parameterTables(
  adapters: readonly AdapterRules[],
  openAiParameters: readonly string[],
): string {
  const known = new Set(openAiParameters);
  const others = adapters.flatMap(({ parameters }) => Object.keys(parametersOf(parameters)));
  const beyond = [...new Set(others)].filter((name) => !known.has(name)).sort();
  return [
    '### Parameters of OpenAI’s API',
    tableOf(openAiParameters, adapters),
    ...(beyond.length === 0 ? [] : ['### Parameters of others', tableOf(beyond, adapters)]),
  ].join('\n\n');
}

function tableOf(names: readonly string[], adapters: readonly AdapterRules[]): string {
  return markdownTable(
    ['parameter', ...adapters.map(({ provider }) => provider)],
    names.map((name) => [`\`${name}\``, ...adapters.map((adapter) => cell(name, adapter))]),
  );
}

function cell(name: string, { parameters }: AdapterRules): string {
  if (parameters === 'sent-as-they-are') return 'as it came';
  const rules = parametersOf(parameters);
  return Object.hasOwn(rules, name) ? said(rules[name]!) : said({ kind: 'hint' });
}

function said(rule: ParameterRule): string {
  switch (rule.kind) {
    case 'sent':
      return rule.as === undefined ? 'sent' : `sent: ${asText(rule.as)}`;
    case 'refused':
      return `**400**: ${asText(rule.because)}`;
    case 'hint':
      return 'left out';
    default:
      return rule satisfies never;
  }
}

/** Markdown leaves underscores within a word alone. */
function asText(text: string): string {
  return text.replace(/[*<>]|\b_|_\b/g, '\\$&');
}

function parametersOf(parameters: AdapterRules['parameters']): Readonly<Record<string, ParameterRule>> {
  return parameters === 'sent-as-they-are' ? {} : parameters;
}
