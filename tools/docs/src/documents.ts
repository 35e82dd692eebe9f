import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scaleTables } from '@tokenroute/bench';
import { readExceptions, variants } from '@tokenroute/conformance';
import { faultTable } from '@tokenroute/faults';
import { readAdapterRules, repository } from './adapter-rules.js';
import { exceptionList, variantTable } from './conformance-sections.js';
import { environmentExample } from './environment-example.js';
import { errorTable } from './error-table.js';
import { withSections } from './generated-sections.js';
import { openAiParameters } from './openai-parameters.js';
import { parameterModule } from './parameter-module.js';
import { parameterTables } from './parameter-tables.js';

export interface GeneratedDocument {
  /** Below the repository. */
  file: string;
  /**
   * What it ought to be.
   * @param is what it is: the text around its sections stays
   * @param from where the adapters' rules are read
   */
  write: (is: string, from: 'dist' | 'src') => Promise<string>;
}

export const documents: readonly GeneratedDocument[] = [
  {
    file: 'docs/parameters.md',
    write: async (is, from) =>
      withSections(is, { parameters: parameterTables(await readAdapterRules(from), openAiParameters) }),
  },
  {
    file: 'docs/errors.md',
    write: async (is) => withSections(is, { errors: errorTable(faultTable) }),
  },
  {
    file: 'docs/conformance.md',
    write: async (is) =>
      withSections(is, { variants: variantTable(variants), exceptions: exceptionList(readExceptions()) }),
  },
  {
    file: 'docs/scale.md',
    write: async (is) => withSections(is, scaleTables()),
  },
  {
    // The gateway describes its API with it: it knows no adapter.
    file: 'apps/gateway/src/openapi/parameter-table.ts',
    write: async (_is, from) => parameterModule(await readAdapterRules(from), openAiParameters),
  },
  {
    file: '.env.example',
    write: () => Promise.resolve(environmentExample(repository)),
  },
];

/** What a document is, and what it ought to be. */
export async function compareDocument(
  { file, write }: GeneratedDocument,
  from: 'dist' | 'src',
): Promise<{ is: string; oughtToBe: string }> {
  const is = readFileSync(join(repository, file), 'utf8');
  return { is, oughtToBe: await write(is, from) };
}

/** @returns the files that were changed */
export async function writeSections(): Promise<string[]> {
  const changed: string[] = [];
  for (const document of documents) {
    const { is, oughtToBe } = await compareDocument(document, 'dist');
    if (is === oughtToBe) continue;
    writeFileSync(join(repository, document.file), oughtToBe);
    changed.push(document.file);
  }
  return changed;
}
