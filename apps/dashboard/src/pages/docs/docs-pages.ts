import api from '@documents/docs/api.md?raw';
import authentication from '@documents/docs/authentication.md?raw';
import billing from '@documents/docs/billing.md?raw';
import clients from '@documents/docs/clients.md?raw';
import errors from '@documents/docs/errors.md?raw';
import examples from '@documents/docs/examples.md?raw';
import limits from '@documents/docs/limits.md?raw';
import models from '@documents/docs/models.md?raw';
import parameters from '@documents/docs/parameters.md?raw';
import quickstart from '@documents/docs/quickstart.md?raw';
import security from '@documents/docs/security.md?raw';
import site from '@documents/docs/site.json?raw';
import { referenceBlocks } from '../../figures/api-reference.js';
import { modelBlocks } from '../../figures/model-blocks.js';
import type { OpenApi } from '../../figures/openapi.js';
import { type Block, parseMarkdown } from '../../figures/parse-markdown.js';
import type { DocsPage } from '../../figures/search-docs.js';

interface DocumentedPage extends DocsPage {
  /** The document of the repository that it is; links between documents are found by it. */
  file: string;
}

const texts: Readonly<Record<string, string>> = {
  'docs/api.md': api,
  'docs/authentication.md': authentication,
  'docs/billing.md': billing,
  'docs/clients.md': clients,
  'docs/errors.md': errors,
  'docs/examples.md': examples,
  'docs/limits.md': limits,
  'docs/models.md': models,
  'docs/parameters.md': parameters,
  'docs/quickstart.md': quickstart,
  'docs/security.md': security,
};

/**
 * What customers read, from the repository's own documents: there is no second text that could say something else. The list
 * is docs/site.json, by which a test finds the samples that it runs.
 */
const documents: readonly DocumentedPage[] = (JSON.parse(site) as Omit<DocumentedPage, 'blocks'>[]).map(
  (page) => ({ ...page, blocks: parseMarkdown(withoutTitle(textOf(page.file))) }),
);

/** Pages that end with what the API tells of itself. */
const generated: Readonly<Record<string, (api: OpenApi) => Block[]>> = {
  models: modelBlocks,
  api: referenceBlocks,
};

/** What the samples are written with. */
const writtenApiUrl = 'http://127.0.0.1:8080/v1';

/**
 * The pages with the address of this installation in their samples.
 * @param description of the public API; undefined while it is not known
 */
export function docsPages(publicApiUrl: string, description: OpenApi | undefined): readonly DocsPage[] {
  return documents.map(({ slug, title, blocks }) => ({
    slug,
    title,
    blocks: [
      ...blocks.map((block) =>
        block.kind === 'code'
          ? { ...block, text: block.text.replaceAll(writtenApiUrl, publicApiUrl) }
          : block,
      ),
      ...(description ? (generated[slug]?.(description) ?? []) : []),
    ],
  }));
}

/** Whether a page is not whole without the description of the API. */
export function needsDescription(slug: string): boolean {
  return slug in generated;
}

/** The page a link of a document leads to; undefined: none that customers read. */
export function pageOfLink(href: string): { slug: string; anchor: string } | undefined {
  const [path = '', anchor = ''] = href.split('#');
  const file = `docs/${path.replace(/^(\.\/|docs\/)/, '')}`;
  const found = documents.find((each) => each.file === file);
  return found && { slug: found.slug, anchor };
}

function textOf(file: string): string {
  const text = texts[file];
  if (text === undefined) throw new Error(`${file} is on the list and not here`);
  return text;
}

function withoutTitle(markdown: string): string {
  return markdown.replace(/^# .*\n/, '');
}
