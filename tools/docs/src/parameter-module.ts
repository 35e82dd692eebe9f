import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { type AdapterRules, repository } from './adapter-rules.js';
import { fateOf, parametersBeyond } from './parameter-tables.js';

/** TypeScript: what becomes of each parameter with each provider, for those who know no adapter. */
export async function parameterModule(
  adapters: readonly AdapterRules[],
  openAiParameters: readonly string[],
): Promise<string> {
  const names = [...openAiParameters, ...parametersBeyond(adapters, openAiParameters)];
  const table = Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(adapters.map((adapter) => [adapter.provider, fateOf(name, adapter)])),
    ]),
  );
  const text = `/* eslint-disable max-lines -- as many as there are parameters */

/**
 * What becomes of each parameter of a chat completion, by the provider of the model. Not edited by hand: \`npm run
 * docs:parameters\` writes it from the adapters' rules.
 */
export const parameterTable: Readonly<Record<string, Readonly<Record<string, string>>>> = ${JSON.stringify(table)};
`;
  const config = await resolveConfig(join(repository, '.prettierrc.json'));
  return format(text, { ...config, parser: 'typescript' });
}
