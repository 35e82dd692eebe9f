import { compareDocument, documents } from './documents.js';

test.each(documents)('$file is current (npm run docs:parameters writes it)', async (document) => {
  const { is, oughtToBe } = await compareDocument(document, 'src');
  expect(is).toBe(oughtToBe);
});
