import { parseMarkdown } from './parse-markdown.js';
import { searchDocs } from './search-docs.js';

const pages = [
  {
    slug: 'limits',
    title: 'Limits',
    blocks: parseMarkdown('Above it is a 429.\n\n## Retry-After\n\nWait so long.'),
  },
  {
    slug: 'errors',
    title: 'Errors',
    blocks: parseMarkdown('| status | when |\n| - | - |\n| 429 | see Retry-After |'),
  },
];

test('every word has to be there, whatever its case, and tables are searched too', () => {
  expect(searchDocs(pages, 'retry-after 429')).toEqual([
    expect.objectContaining({ slug: 'errors', anchor: '', title: 'Errors' }),
  ]);
});

test('headings come first, and a hit leads to the heading above it', () => {
  expect(searchDocs(pages, 'RETRY')[0]).toMatchObject({ slug: 'limits', anchor: 'retry-after' });
  expect(searchDocs(pages, 'wait')[0]).toMatchObject({ anchor: 'retry-after', title: 'Limits: Retry-After' });
});

test('no question has no answer', () => {
  expect(searchDocs(pages, '  ')).toEqual([]);
});
