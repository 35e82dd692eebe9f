import type { ConformanceException } from './exceptions.js';
import { judge, type VariantRun } from './judge.js';
import { report, succeeded } from './report.js';
import { variants } from './variants.js';

const plain = variants.find(({ name }) => name === '')!;
const hang = variants.find(({ name }) => name === 'hang=1')!;

function run(
  variant = plain,
  diffs: Record<string, string[]> = {},
  reached = Object.keys(diffs),
): VariantRun {
  const results = Object.entries(diffs).map(([id, found]) => ({ id, provider: 'openai', diffs: found }));
  return { variant, results, reached: new Set(reached), seconds: 1 };
}
const exception = (id: string, check: string): ConformanceException => ({
  case: id,
  check,
  reason: 'The recording was cut by whoever made it.',
});

test('a recording without a difference has passed', () => {
  const verdict = judge([run(plain, { a: [] })], [], []);
  expect(verdict.variants[0]).toMatchObject({ passed: 1, excepted: 0, failed: 0 });
  expect(succeeded(verdict)).toBe(true);
});

test('a run of nothing has not succeeded', () => {
  expect(succeeded(judge([run(plain, {})], [], []))).toBe(false);
  expect(succeeded(judge([], undefined, []))).toBe(false);
});

test('a failure is told with its variant, recording, check and detail', () => {
  const verdict = judge([run(plain, { a: ['usage: prompt_tokens expected 3: got 4'] })], [], []);
  const failure = { variant: 'plain', case: 'a', check: 'usage', detail: 'prompt_tokens expected 3: got 4' };
  expect(verdict.failures).toEqual([failure]);
  expect(succeeded(verdict)).toBe(false);
});

test('an exception covers its recording and its check, and no other', () => {
  const runs = [run(plain, { a: ['usage: x', 'text: y'], b: ['usage: x'], c: ['usage: x'] })];
  const verdict = judge(runs, [], [exception('a', 'usage'), exception('b', 'usage')]);
  expect(verdict.failures.map(({ case: id, check }) => `${id} ${check}`)).toEqual(['a text', 'c usage']);
  expect(verdict.variants[0]).toMatchObject({ passed: 0, excepted: 1, failed: 2 });
});

test('an exception that nothing needed is reported, and the run has failed', () => {
  const verdict = judge([run(plain, { a: [] })], [], [exception('a', 'usage')]);
  expect(verdict.unneeded).toEqual([exception('a', 'usage')]);
  expect(succeeded(verdict)).toBe(false);
});

test('an exception whose check was not made is neither needed nor unneeded', () => {
  const unjudged = [exception('elsewhere', 'usage'), exception('a', 'truncate'), exception('a', 'native')];
  expect(judge([run(plain, { a: [] })], undefined, unjudged).unneeded).toEqual([]);
  expect(judge([run(hang, { a: [] })], undefined, [exception('a', 'usage')]).unneeded).toEqual([]);
  expect(judge([run(hang, { a: [] })], undefined, [exception('a', 'truncate')]).unneeded).toHaveLength(1);
  expect(judge([run(plain, { a: [] })], [], [exception('a', 'native')]).unneeded).toHaveLength(1);
});

test('a wrong request fails the run, unless it is an exception', () => {
  const native = [{ case: 'a', message: 'no model' }];
  const runs = [run(plain, { a: [] })];
  expect(judge(runs, native, []).failures).toMatchObject([{ check: 'native', detail: 'no model' }]);
  expect(succeeded(judge(runs, native, [exception('a', 'native')]))).toBe(true);
});

test('a broken connection proves nothing where the provider was not asked', () => {
  const runs = [run(plain, { a: [], b: [] }), run(hang, { a: [], b: [] }, ['a'])];
  expect(judge(runs, [], []).failures).toMatchObject([{ variant: 'hang=1', case: 'b', check: 'reach' }]);
});

test('a request that is refused in sound variants too need not reach the provider in broken ones', () => {
  const runs = [run(plain, { a: [] }, []), run(hang, { a: [] }, [])];
  expect(judge(runs, [], []).failures).toEqual([]);
});

test('the report closes with the counts, and tells the same failure of several variants once', () => {
  const runs = variants.slice(0, 2).map((variant) => run(variant, { a: ['usage: x'], b: [] }));
  const lines = report(judge(runs, [{ case: 'b', message: 'no model' }], [exception('b', 'text')])).split(
    '\n',
  );
  expect(lines.slice(0, 3)).toEqual([
    'FAIL a usage: x [plain, split=1]',
    'FAIL b native: no model [request]',
    'UNNEEDED the exception for b, text: it does not fail',
  ]);
  expect(lines.at(-1)).toBe(
    'conformance: 2 passed, 2 failed, 0 excepted; 1 requests wrong, 1 exceptions unneeded',
  );
  expect(lines.find((line) => line.startsWith('split=1'))).toMatch(/^split=1 +1\/2 +0 +1 +1\.0$/);
});
