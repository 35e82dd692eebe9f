import { jsonExcess, mostJsonLevels, mostJsonValues } from './json-excess.js';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test('as many levels as allowed, and no more', () => {
  expect(jsonExcess(nested(mostJsonLevels))).toBeNull();
  expect(jsonExcess(nested(mostJsonLevels + 1))).toBe('levels');
  expect(jsonExcess('{"a":'.repeat(1_000_000))).toBe('levels');
});

test('levels that were left do not count', () => {
  expect(jsonExcess(`[${'[[]],'.repeat(1_000)}0]`)).toBeNull();
});

test('very many values are too many, in arrays, objects or by an object’s repeated key', () => {
  expect(jsonExcess(`[${'0,'.repeat(mostJsonValues - 10)}0]`)).toBeNull();
  for (const item of ['0,', '[],', '"a":1,'])
    expect(jsonExcess(`[${item.repeat(mostJsonValues)}`)).toBe('values');
});

test('what stands in strings is no structure', () => {
  const text = JSON.stringify({ a: `${'['.repeat(500)}\\"${','.repeat(mostJsonValues + 1)}\\`, b: '"[[' });
  expect(jsonExcess(text)).toBeNull();
});

test('half a text has an end', () => {
  for (const text of ['', '"', '"\\', '"a\\"', '[', '{"a":"']) expect(jsonExcess(text)).toBeNull();
});
