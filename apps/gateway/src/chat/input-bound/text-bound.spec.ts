import fc from 'fast-check';
import { knownWords, knownWordsAfterSpace } from './known-tokens.js';
import { textBound } from './text-bound.js';
import { textCorpus } from './text-corpus.js';
import { textRuleOf } from './text-rules.js';
import { tokenCount } from '../../../bench/token-count.mjs';

const openai = textRuleOf('openai');
const corpus = Object.entries(textCorpus());

describe('textBound', () => {
  test.each(corpus)('%s: never below the tokens of o200k', (_name, text) => {
    expect(textBound(text, openai)).toBeGreaterThanOrEqual(tokenCount('o200k', text));
  });

  // A vocabulary of half the size stands in for those that are not public.
  test.each(corpus)(
    '%s: never below the tokens of cl100k for providers with their own tokenizer',
    (_name, text) => {
      for (const provider of ['anthropic', 'google', 'deepseek', 'mistral', 'another']) {
        expect(textBound(text, textRuleOf(provider))).toBeGreaterThanOrEqual(tokenCount('cl100k', text));
      }
    },
  );

  test.each(['English prose', 'English, technical'])('%s: at most half above the tokens of o200k', (name) => {
    const text = textCorpus()[name]!;
    expect(textBound(text, openai)).toBeLessThanOrEqual(1.5 * tokenCount('o200k', text));
  });

  test('what is read until it is enough is the same bound, up to there', () => {
    for (const [, text] of corpus) {
      const whole = textBound(text, openai);
      expect(textBound(text, openai, whole + 1)).toBe(whole);
      const half = Math.floor(whole / 2);
      expect(textBound(text, openai, half)).toBeGreaterThanOrEqual(half);
    }
  });

  test.each(['word ', 'a', '🧑', '{"', 'zq '])(
    'of a long text of %j no more is read than a window takes',
    (piece) => {
      const bound = textBound(piece.repeat(400_000), openai, 100_000);
      expect(bound).toBeGreaterThanOrEqual(100_000);
      expect(bound).toBeLessThan(100_010);
    },
  );

  test('any text is never below the tokens of o200k', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
    fc.assert(
      fc.property(text, (any) => textBound(any, openai) >= tokenCount('o200k', any)),
      { numRuns: 5000 },
    );
  });

  test('pieces of text that share tokens at their edges are never below the tokens of o200k', () => {
    const word = fc.constantFrom(...knownWords, ...knownWordsAfterSpace);
    const piece = fc.oneof(
      word,
      word.map((known) => ` ${known}`),
      word.map((known) => known[0]!.toUpperCase() + known.slice(1)),
      word.map((known) => known.toUpperCase()),
      fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...'qxjzkvwQJXZ'), maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'), maxLength: 4 }),
      fc.string({ unit: fc.constantFrom(...' \n\t\r\v\f\u0001\u007f\u00a0\u3000'), maxLength: 5 }),
      fc.string({ unit: fc.constantFrom(...'0123456789²٣'), maxLength: 7 }),
      fc.constantFrom(
        "'s",
        "'ll",
        "'",
        ' ',
        '\n/',
        'é',
        '’s',
        '\u0301',
        '\u200d',
        '\ud800',
        '的',
        '이',
        'ж',
        '😀',
      ),
      fc
        .tuple(fc.constantFrom(' ', '\n', '\t', '-', '=', 'a'), fc.nat(40))
        .map(([character, count]) => character.repeat(count)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join('');
        return textBound(text, openai) >= tokenCount('o200k', text);
      }),
      { numRuns: 20_000 },
    );
  });

  test('whitespace in every order is never below the tokens of o200k', () => {
    const alphabet = [' ', '\n', '\t', '\r', 'a', '('];
    const below: string[] = [];
    for (let length = 1; length <= 6; length += 1) {
      for (let number = 0; number < alphabet.length ** length; number += 1) {
        let text = '';
        for (let rest = number, index = 0; index < length; index += 1, rest = Math.floor(rest / 6)) {
          text += alphabet[rest % 6]!;
        }
        if (textBound(text, openai) < tokenCount('o200k', text)) below.push(text);
      }
    }
    expect(below).toEqual([]);
  });

  test('a megabyte of one character, or of nothing known, is read in one pass', () => {
    for (const unit of ['a', 'Q', ' ', '-', '7', '的', "'", 'qx']) {
      const text = unit.repeat(1_000_000 / unit.length);
      const startedAt = performance.now();
      expect(textBound(text, openai)).toBeGreaterThan(0);
      // Milliseconds, when it is; minutes, when it is not.
      expect(performance.now() - startedAt).toBeLessThan(20_000);
    }
  }, 60_000);
});
