import { type Block, plainText } from './parse-markdown.js';

export interface DocsPage {
  /** Below /docs. */
  slug: string;
  title: string;
  blocks: Block[];
}

export interface DocsHit {
  slug: string;
  /** Of the heading it stands below; empty: at the beginning. */
  anchor: string;
  title: string;
  excerpt: string;
}

const mostHits = 20;
const aroundCharacters = 60;

/** Where every word of a question stands in one block, headings first. */
export function searchDocs(pages: readonly DocsPage[], question: string): DocsHit[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const found = pages.flatMap((page) => hitsOn(page, words));
  const ofHeadings = found.filter(({ isHeading }) => isHeading);
  const others = found.filter(({ isHeading }) => !isHeading);
  return [...ofHeadings, ...others].slice(0, mostHits).map(({ hit }) => hit);
}

function hitsOn({ slug, title, blocks }: DocsPage, words: string[]): { isHeading: boolean; hit: DocsHit }[] {
  let anchor = '';
  let heading = title;
  return blocks.flatMap((block) => {
    const text = textOf(block);
    if (block.kind === 'heading') [anchor, heading] = [block.id, text];
    const lower = text.toLowerCase();
    if (!words.every((word) => lower.includes(word))) return [];
    const at = lower.indexOf(words[0]!);
    const excerpt = text.slice(Math.max(0, at - aroundCharacters), at + aroundCharacters).trim();
    const hit = { slug, anchor, title: heading === title ? title : `${title}: ${heading}`, excerpt };
    return [{ isHeading: block.kind === 'heading', hit }];
  });
}

function textOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return plainText(block.content);
    case 'list':
      return block.items.map(plainText).join(' ');
    case 'table':
      return [block.head, ...block.rows].map((row) => row.map(plainText).join(' ')).join(' ');
    case 'code':
      return block.text;
  }
}
