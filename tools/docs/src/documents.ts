import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExceptions, variants } from '@tokenroute/conformance';
import { readAdapterRules, repository } from './adapter-rules.js';
import { exceptionList, variantTable } from './conformance-sections.js';
import { withSections } from './generated-sections.js';
import { openAiParameters } from './openai-parameters.js';
import { parameterTables } from './parameter-tables.js';

export interface GeneratedDocument {
  /** Below the repository. */
  file: string;
  /** Its sections by name. @param from where the adapters' rules are read */
  sections: (from: 'dist' | 'src') => Promise<Record<string, string>>;
}

export const documents: readonly GeneratedDocument[] = [
  {
    file: 'docs/parameters.md',
    sections: async (from) => ({
      parameters: parameterTables(await readAdapterRules(from), openAiParameters),
    }),
  },
  {
    file: 'docs/conformance.md',
    sections: async () => ({
      variants: variantTable(variants),
      exceptions: exceptionList(readExceptions()),
    }),
  },
];

/** What a document is, and what it ought to be. */
export async function compareDocument(
  { file, sections }: GeneratedDocument,
  from: 'dist' | 'src',
): Promise<{ is: string; oughtToBe: string }> {
  const is = readFileSync(join(repository, file), 'utf8');
  return { is, oughtToBe: withSections(is, await sections(from)) };
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
