import { AnswerText } from './answer-text.js';
import { countTokens } from './count-tokens.js';

const words = 'aé世🌍z';

test('a cut never splits a character', () => {
  const cuts = Array.from({ length: 12 }, (_, bytes) => new AnswerText(words).atMost(bytes).toString());
  expect(cuts).toEqual(['', 'a', 'a', 'aé', 'aé', 'aé', 'aé世', 'aé世', 'aé世', 'aé世', 'aé世🌍', words]);
});

test.each([1, 2, 5])('pieces of %d tokens are the text, and their tokens its tokens', (size) => {
  for (const text of [
    new AnswerText(words.repeat(9)),
    new AnswerText('Plain words'),
    new AnswerText('Grüße').ofBytes(9999),
  ]) {
    const pieces = [...text.pieces(size)];
    // Not toBe: the report of a difference between long texts takes minutes.
    expect(pieces.map((piece) => piece.text).join('') === text.toString()).toBe(true);
    expect(pieces.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(countTokens(text.toString()));
    expect(text.tokens).toBe(countTokens(text.toString()));
  }
});

test('filled up to a size, a text has exactly that size', () => {
  for (const bytes of [3, 100, 65_535, 70_000, 200_001])
    expect(Buffer.byteLength(new AnswerText('Some words').ofBytes(bytes).toString())).toBe(bytes);
});
