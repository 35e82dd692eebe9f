import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { caseOf } from './case-of.js';
import type { FuzzCase } from './fuzz-case.js';

const cases = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => caseOf(seed, index));

/** Of what is sent: bodies may have megabytes. */
function digest(sent: FuzzCase): string {
  const bytes = sent.kind === 'chat' ? [Buffer.from(JSON.stringify(sent.headers)), sent.body] : sent.pieces;
  return createHash('sha256').update(Buffer.concat(bytes)).update(sent.what).digest('hex');
}

test('the same seed gives the same cases, each without those before it', () => {
  const all = cases(7, 100);
  for (const index of [99, 0, 40]) expect(digest(caseOf(7, index))).toBe(digest(all[index]!));
});

test('another seed gives others', () => {
  const whats = (seed: number) => cases(seed, 50).map(({ what }) => what);
  expect(whats(1)).not.toEqual(whats(2));
});

test('what the task names is among a run’s cases', () => {
  const all = cases(1, 2_500);
  const texts = all.flatMap((each) =>
    each.kind === 'chat' && each.body.length < 200_000 ? [each.body] : [],
  );
  const some = (text: string) => texts.some((body) => body.includes(text));
  for (const text of ['__proto__', '"constructor"', '\\ud800', 'NaN', '1e999', '[[[[[[[[[[', '{},{},{},{}']) {
    expect([text, some(text)]).toEqual([text, true]);
  }
  expect(texts.some((body) => !isUtf8(body))).toBe(true);
  expect(all.some((each) => each.kind === 'chat' && each.body.length > 1_000_000)).toBe(true);
  const whats = all
    .filter(({ kind }) => kind === 'raw')
    .map(({ what }) => what)
    .join('\n');
  for (const text of ['bomb', 'requests at once', 'chunks', 'length', 'headers', 'method', 'stops after']) {
    expect(whats).toContain(text);
  }
});
