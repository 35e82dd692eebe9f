import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** A fenced block of a page under /docs. */
export interface Sample {
  /** `Examples 3 (js)`: the third block of the page. */
  name: string;
  language: string;
  text: string;
}

/** The address that the documents are written with; the site shows its own instead. */
export const writtenApiUrl = 'http://127.0.0.1:8080/v1';
export const writtenKey = 'sk-tr-your-key';

/** Every block that the pages under /docs show: they are made from the same list of the same files. */
export function shownSamples(): Sample[] {
  const pages = JSON.parse(read('docs/site.json')) as { title: string; file: string }[];
  return pages.flatMap(({ title, file }) =>
    [...read(file).matchAll(/^```(\S*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = ''], index) => ({
      name: `${title} ${index + 1} (${language})`,
      language,
      text,
    })),
  );
}

/** What `npm run acceptance:clients` runs: samples for libraries that only it installs. */
export function samplesOfClients(): string[] {
  const folder = 'acceptance/clients/samples';
  return readdirSync(join(repository, folder)).map((name) => read(`${folder}/${name}`));
}

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}
