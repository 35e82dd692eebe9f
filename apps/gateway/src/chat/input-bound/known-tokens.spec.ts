import { isKnownCharacter, isKnownPair, isKnownWord } from './known-token-lookup.js';
import { knownWords, knownWordsAfterSpace } from './known-tokens.js';
import { tokenCount } from '../../../bench/token-count.mjs';

const encodings = ['o200k', 'cl100k'] as const;
const marks = [...'\t!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];

function isToken(text: string): boolean {
  return encodings.every((encoding) => tokenCount(encoding, text) === 1);
}

function capitalized(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

describe('known tokens', () => {
  test('every known pair of characters is a token', () => {
    const wrong: string[] = [];
    for (let first = 0; first < 128; first += 1) {
      for (let second = 0; second < 128; second += 1) {
        const text = String.fromCharCode(first, second);
        if (isKnownPair(first, second) && !isToken(text)) wrong.push(text);
      }
    }
    expect(wrong).toEqual([]);
    expect(isKnownPair(113, 106)).toBe(false);
  });

  test('every group of up to three digits is a token', () => {
    const groups = [1, 2, 3].flatMap((length) =>
      Array.from({ length: 10 ** length }, (_, number) => String(number).padStart(length, '0')),
    );
    expect(groups.filter((group) => !isToken(group))).toEqual([]);
  });

  test('every known word is a token, in small letters or capitalized, after a space or not', () => {
    const forms = knownWords.flatMap((word) => [
      word,
      ` ${word}`,
      capitalized(word),
      ` ${capitalized(word)}`,
    ]);
    expect(forms.filter((form) => !isToken(form))).toEqual([]);
  });

  test('every known word is at most two tokens with a mark before it, and at most three as a contraction', () => {
    const forms = knownWords.flatMap((word) => [word, capitalized(word)]);
    const most = (text: string) => Math.max(...encodings.map((encoding) => tokenCount(encoding, text)));
    expect(forms.filter((form) => marks.some((mark) => most(mark + form) > 2))).toEqual([]);
    for (const ending of ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]) {
      expect(forms.filter((form) => most(form + ending) > 3)).toEqual([]);
    }
  }, 60_000);

  test('every word known after a space is a token there', () => {
    expect(knownWordsAfterSpace.filter((word) => !isToken(` ${word}`))).toEqual([]);
  });

  test('every known character is a token of o200k', () => {
    const wrong: string[] = [];
    for (let code = 128; code < 0x10000; code += 1) {
      const text = String.fromCharCode(code);
      if (isKnownCharacter(code) && tokenCount('o200k', text) !== 1) wrong.push(text);
    }
    expect(wrong).toEqual([]);
    expect(isKnownCharacter('的'.charCodeAt(0))).toBe(true);
    expect(isKnownCharacter('龘'.charCodeAt(0))).toBe(false);
  });

  test('a word is looked up inside a text, as far as it is known there', () => {
    expect(isKnownWord('say The end', 4, 7, true)).toBe(true);
    expect(isKnownWord('say Theend', 4, 10, true)).toBe(false);
    const word = knownWordsAfterSpace[0]!;
    expect(isKnownWord(word, 0, word.length, true)).toBe(true);
    expect(isKnownWord(word, 0, word.length, false)).toBe(false);
    expect(isKnownWord(capitalized(word), 0, word.length, true)).toBe(false);
  });
});
