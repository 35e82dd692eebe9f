import { knownCharacters, knownPairs, knownWords, knownWordsAfterSpace } from './known-tokens.js';

const slotCount = 1 << 16;
/** Open addressing: the number of a word + 1, or 0. */
const slots = new Uint16Array(slotCount);

const words = [...knownWords, ...knownWordsAfterSpace];

for (const [index, word] of words.entries()) {
  let slot = hashOf(word, 0, word.length);
  while (slots[slot] !== 0) slot = (slot + 1) % slotCount;
  slots[slot] = index + 1;
}

/**
 * Whether text[start, end), in small letters but perhaps the first, is one token, together with the space before it
 * if there is one. Copies nothing.
 */
export function isKnownWord(text: string, start: number, end: number, afterSpace: boolean): boolean {
  if (end - start > 15) return false;
  for (let slot = hashOf(text, start, end); ; slot = (slot + 1) % slotCount) {
    const index = slots[slot]!;
    if (index === 0) return false;
    if (!equals(words[index - 1]!, text, start, end)) continue;
    return index <= knownWords.length || (afterSpace && text.charCodeAt(start) >= 97);
  }
}

export function isKnownPair(first: number, second: number): boolean {
  if (first < 32 || first > 126 || second < 32 || second > 126) return false;
  const bit = (first - 32) * 95 + second - 32;
  return (knownPairs[bit >> 3]! & (1 << (bit & 7))) !== 0;
}

export function isKnownCharacter(code: number): boolean {
  return (knownCharacters[code >> 3]! & (1 << (code & 7))) !== 0;
}

function hashOf(text: string, start: number, end: number): number {
  let hash = end - start;
  for (let index = start; index < end; index += 1) {
    hash = (Math.imul(hash, 31) + (text.charCodeAt(index) | 32)) | 0;
  }
  return (hash ^ (hash >>> 15)) & (slotCount - 1);
}

function equals(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = start; index < end; index += 1) {
    if (word.charCodeAt(index - start) !== (text.charCodeAt(index) | 32)) return false;
  }
  return true;
}
