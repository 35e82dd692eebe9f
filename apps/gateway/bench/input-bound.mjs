// Prints how far the input bound is above the real tokens, and how fast it is: the table in docs/benchmarks.md.
import { textBound } from '../dist/chat/input-bound/text-bound.js';
import { textCorpus } from '../dist/chat/input-bound/text-corpus.js';
import { textRuleOf } from '../dist/chat/input-bound/text-rules.js';
import { tokenCount } from './token-count.mjs';

const openai = textRuleOf('openai');
const anthropic = textRuleOf('anthropic');

function megabytesPerSecond(text) {
  const long = text.repeat(Math.ceil(2_000_000 / text.length));
  const seconds = [1, 2, 3, 4, 5].map(() => {
    const startedAt = performance.now();
    textBound(long, openai);
    return (performance.now() - startedAt) / 1000;
  });
  return Buffer.byteLength(long) / 1e6 / Math.min(...seconds);
}

console.log('| text | o200k | bound | slack | cl100k | bound, anthropic | slack | MB/s |');
console.log('| :-- | --: | --: | --: | --: | --: | --: | --: |');
for (const [name, text] of Object.entries(textCorpus())) {
  const columns = [
    ['o200k', openai],
    ['cl100k', anthropic],
  ].flatMap(([encoding, rule]) => {
    const real = tokenCount(encoding, text);
    const bound = textBound(text, rule);
    return [real, bound, (bound / real).toFixed(2)];
  });
  console.log(`| ${[name, ...columns, megabytesPerSecond(text).toFixed(0)].join(' | ')} |`);
}
