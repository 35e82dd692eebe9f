import { isUtf8 } from 'node:buffer';
import { caseOf } from './case-of.js';

const cases = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => caseOf(seed, index));

test('the same seed gives the same cases, each without those before it', () => {
  const all = cases(7, 300);
  for (const index of [299, 0, 120]) expect(caseOf(7, index)).toEqual(all[index]);
});

test('another seed gives others', () => {
  const whats = (seed: number) => cases(seed, 50).map(({ what }) => what);
  expect(whats(1)).not.toEqual(whats(2));
});

test('what the task names is among a run’s cases', () => {
  const all = cases(1, 6_000);
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
