import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';

const encodings = { cl100k, o200k };
const asText = { disallowedSpecial: new Set() };

/**
 * The real tokens of a text. Long runs are slow to merge, so a long text is counted in slices where words begin.
 * @param {'cl100k' | 'o200k'} encoding
 * @param {string} text
 * @returns {number}
 */
export function tokenCount(encoding, text) {
  let tokens = 0;
  for (let start = 0; start < text.length;) {
    const end = sliceEnd(text, start + 1024);
    tokens += encodings[encoding].encode(text.slice(start, end), asText).length;
    start = end;
  }
  return tokens;
}

/** @param {string} text @param {number} wanted */
function sliceEnd(text, wanted) {
  if (wanted >= text.length) return text.length;
  const space = text.lastIndexOf(' ', wanted);
  // Where a word begins no token is cut; else the count comes out a little too high, never too low.
  return space > wanted - 512 && /[a-z0-9,.;]/.test(text[space - 1] ?? '') ? space : wanted;
}
