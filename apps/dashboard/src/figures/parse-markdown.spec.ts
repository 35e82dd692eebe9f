import { parseInline, parseMarkdown, plainText, slugOf } from './parse-markdown.js';

test('headings, paragraphs, lists, tables and code are told apart', () => {
  const markdown = [
    '# Title',
    'One line',
    'and its second.',
    '',
    '- first',
    '  goes',
    'on',
    '- second',
    '',
    '| a | b |',
    '| - | - |',
    '| `x|y` | **z** |',
    '<!-- nothing -->',
    '```sh',
    '# no heading',
    '```',
  ].join('\n');
  const blocks = parseMarkdown(markdown);
  expect(blocks.map(({ kind }) => kind)).toEqual(['heading', 'paragraph', 'list', 'table', 'code']);
  expect(blocks[1]).toEqual({
    kind: 'paragraph',
    content: [{ kind: 'text', text: 'One line and its second.' }],
  });
  expect(blocks[2]).toMatchObject({ items: [[{ text: 'first goes on' }], [{ text: 'second' }]] });
  expect(blocks[4]).toEqual({ kind: 'code', language: 'sh', text: '# no heading' });
});

test('code, strong words and links are found within a line', () => {
  expect(parseInline('a `b_c` **d `e`** [f](g.md#h)')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'code', text: 'b_c' },
    { kind: 'text', text: ' ' },
    {
      kind: 'strong',
      content: [
        { kind: 'text', text: 'd ' },
        { kind: 'code', text: 'e' },
      ],
    },
    { kind: 'text', text: ' ' },
    { kind: 'link', href: 'g.md#h', content: [{ kind: 'text', text: 'f' }] },
  ]);
});

test('markup in a document stays text', () => {
  expect(parseInline('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'text', text: '<img src=x onerror=alert(1)>' },
  ]);
});

test('an anchor is what a link on GitHub names too', () => {
  expect(slugOf('Who pays, when? `402`')).toBe('who-pays-when-402');
  expect(plainText(parseInline('a **b** `c`'))).toBe('a b c');
});
