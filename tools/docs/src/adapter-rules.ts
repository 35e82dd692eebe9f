import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ParameterRules } from '@tokenroute/openai-wire';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

export interface AdapterRules {
  provider: string;
  parameters: ParameterRules | 'sent-as-they-are';
  /** What has no rule is sent as it came; else it is left out. */
  passesOnUnknown?: boolean;
}

/** Adapters of providers whose own wire shape this is. */
const passingOn: readonly string[] = ['openai'];

const prefix = 'adapter-';

/**
 * What each adapter does with each parameter, by provider.
 * @param from `dist` after a build; tests read `src`
 * @throws Error for an adapter without rules
 */
export async function readAdapterRules(from: 'dist' | 'src'): Promise<AdapterRules[]> {
  const adapters = readdirSync(join(repository, 'apps')).filter((name) => name.startsWith(prefix));
  return Promise.all(adapters.sort().map((name) => rulesOf(name.slice(prefix.length), from)));
}

async function rulesOf(provider: string, from: 'dist' | 'src'): Promise<AdapterRules> {
  if (passingOn.includes(provider)) return { provider, parameters: 'sent-as-they-are' };
  const extension = from === 'dist' ? 'js' : 'ts';
  const folder = join(repository, 'apps', `${prefix}${provider}`, from);
  const file = join(folder, `${provider}-parameters.${extension}`);
  if (!existsSync(file)) throw new Error(`${file} is missing: the adapter has no rules for parameters`);
  // An adapter is an app, which nothing imports: its rules are read the way one reads a file.
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  const wanted = `${provider}Parameters`;
  // A provider is written in its own way: deepSeekParameters.
  const name = Object.keys(module).find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (name === undefined) throw new Error(`${file} does not export ${wanted}`);
  return {
    provider,
    parameters: module[name] as ParameterRules,
    passesOnUnknown: module['passesOnUnknownParameters'] === true,
  };
}
