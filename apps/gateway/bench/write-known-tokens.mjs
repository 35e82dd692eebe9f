// Writes src/chat/input-bound/known-tokens.ts from the public vocabularies of o200k_base and cl100k_base.
import { writeFileSync } from 'node:fs';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';

const plain = { disallowedSpecial: new Set() };
const isToken = (encoding, text) => encoding.encode(text, plain).length === 1;
const isTokenOfBoth = (text) => isToken(o200k, text) && isToken(cl100k, text);

const pairs = [];
for (let first = 32; first < 127; first += 1) {
  for (let second = 32; second < 127; second += 1) {
    const text = String.fromCharCode(first, second);
    // Digits are split from everything else before tokens are formed.
    if (!/[0-9]/.test(text) && isTokenOfBoth(text)) pairs.push((first - 32) * 95 + (second - 32));
  }
}

// A mark before a word may belong to its piece, and then spoil the word.
const marks = [...'\t!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
const standsMarks = (word) =>
  marks.every((mark) => [o200k, cl100k].every((encoding) => encoding.encode(mark + word, plain).length <= 2));

// Ids are in the order in which the vocabulary was built: frequent words first.
const words = [];
const wordsAfterSpace = [];
for (let id = 0; id < 199_000 && words.length + wordsAfterSpace.length < 16_000; id += 1) {
  const word = /^ ([a-z]{1,15})$/.exec(o200k.decode([id]))?.[1];
  if (!word || !isTokenOfBoth(` ${word}`)) continue;
  const capital = word[0].toUpperCase() + word.slice(1);
  const everywhere = [word, ` ${capital}`, capital].every(isTokenOfBoth);
  if (everywhere && standsMarks(word) && standsMarks(capital)) words.push(word);
  else wordsAfterSpace.push(word);
}

const characters = [];
for (let code = 0x80; code < 0x10000; code += 1) {
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  if (!surrogate && isToken(o200k, String.fromCharCode(code))) characters.push(code);
}

function bits(numbers, size) {
  const bitmap = Buffer.alloc(Math.ceil(size / 8));
  for (const number of numbers) bitmap[number >> 3] |= 1 << (number & 7);
  return bitmap.toString('base64');
}

function list(sorted) {
  const lines = [];
  for (let index = 0; index < sorted.length; index += 150)
    lines.push(sorted.slice(index, index + 150).join(' '));
  return lines.map((line) => `  '${line}',`).join('\n');
}

writeFileSync(
  new URL('../src/chat/input-bound/known-tokens.ts', import.meta.url),
  `// Written by bench/write-known-tokens.mjs from public vocabularies; known-tokens.spec.ts checks every entry.

/** Bit (first - 32) × 95 + second - 32: these two printable ASCII characters are one token, in o200k and in cl100k. */
export const knownPairs = Buffer.from(
  '${bits(pairs, 95 * 95)}',
  'base64',
);

/** Bit c: the character c of the basic plane, not ASCII, is one token in o200k. */
export const knownCharacters = Buffer.from(
  '${bits(characters, 0x10000)}',
  'base64',
);

/** One token each, in both, in small letters or capitalized, after a space or not; two with another mark before. */
export const knownWords: readonly string[] = [
${list(words.sort())}
].flatMap((line) => line.split(' '));

/** One token each, in both, after a space and in small letters. */
export const knownWordsAfterSpace: readonly string[] = [
${list(wordsAfterSpace.sort())}
].flatMap((line) => line.split(' '));
`,
);
console.log(
  `${pairs.length} pairs, ${words.length} words, ${wordsAfterSpace.length} only after a space, ${characters.length} characters`,
);
