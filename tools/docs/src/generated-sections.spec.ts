import { withSections } from './generated-sections.js';

const document = 'Before.\n\n<!-- generated:a -->\n\nold\n\n<!-- /generated:a -->\n\nBehind.\n';

test('only what stands between the marks changes', () => {
  expect(withSections(document, { a: 'new' })).toBe(document.replace('old', 'new'));
});

test('writing the same again changes nothing', () => {
  const once = withSections(document, { a: 'new' });
  expect(withSections(once, { a: 'new' })).toBe(once);
});

test.each([
  ['no section', 'Nothing.\n'],
  ['an open end', '<!-- generated:a -->\n'],
  ['the end before the begin', '<!-- /generated:a --> <!-- generated:a -->'],
])('a document with %s is refused', (_flaw, text) => {
  expect(() => withSections(text, { a: 'new' })).toThrow('generated:a');
});
