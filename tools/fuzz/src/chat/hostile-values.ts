import type { Random } from '@tokenroute/chaos';
import { type JsonTree, Members, RawJson } from './json-tree.js';

const repeat = (text: string, times: number) => text.repeat(times);

/** Numbers that are none, or that no float or integer of 64 bits holds. */
const numbers = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-0',
  '1e999',
  '-1e999',
  '1e-999',
  '0.1e1',
  '9007199254740993',
  '18446744073709551616',
  '-9223372036854775809',
  '1.0000000000000000000000000000001',
  '00',
  '+1',
  '.5',
  '0x10',
  '1_000',
  repeat('9', 400),
  `0.${repeat('0', 400)}1`,
];

const strings = [
  '',
  ' ',
  '\0',
  'null',
  'true',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '../../etc/passwd',
  '\u202e\u200b\ufeff',
  '🧑‍🚀',
  '<|endoftext|>',
  'data:image/png;base64,',
  'data:image/png;base64,!!!!',
  'data:;base64,AAAA',
  `data:${repeat('a', 5_000)}`,
  'http://127.0.0.1:1/',
  'http://169.254.169.254/latest/meta-data',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'gs://bucket/name',
  `'; DROP TABLE holds; --`,
  '{"a":',
  `${repeat('{"a":', 8_000)}1${repeat('}', 8_000)}`,
  `${repeat('[', 8_000)}${repeat(']', 8_000)}`,
  '{"__proto__":{"a":1}}',
  '{"a":NaN}',
  repeat('{"a":', 2_000),
  repeat('a', 20_000),
  repeat('\\', 3_000),
  repeat('é', 10_000),
];

/** JSON texts of strings that are no Unicode, or whose escapes are. */
const rawStrings = [
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u00"',
  '"\\x41"',
  '"\u0001"',
  '"\t"',
  "'single'",
  `"${repeat('\\ud83d', 500)}"`,
  `"${repeat('\\u0061', 2_000)}"`,
];

const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  '',
  '\0',
  ' model',
  'MODEL',
  'length',
  '0',
  '-1',
  '$ref',
  '"\\u006dodel"',
  '"\\ud800"',
];

const nested = (open: string, depth: number, close: string, core = '') =>
  new RawJson(open.repeat(depth) + core + close.repeat(depth));

/** @returns text nested up to some ten thousand levels deep */
function deep(random: Random): JsonTree {
  const depth = random.pick([10, 65, 129, 500, 3_000, 20_000]);
  return random.pick([
    () => nested('[', depth, ']'),
    () => nested('{"a":', depth, '}', '1'),
    () => nested('[{"type":"object","properties":{"a":', depth, '}}]', '{}'),
    () => nested('{"type":"object","properties":{"a":', depth, '}}', '{"type":"string"}'),
    () => nested('{"anyOf":[', depth, ']}', '{"type":"string"}'),
    () => nested('{"type":"array","items":', depth, '}', '{"type":"string"}'),
    () => nested('[', depth, ''),
  ])();
}

/** @returns arrays and objects of very many small members */
function wide(random: Random): JsonTree {
  const count = random.pick([100, 1_000, 10_000, 50_000]);
  const list = (item: string) => new RawJson(`[${`${item},`.repeat(count - 1)}${item}]`);
  return random.pick([
    () => list('0'),
    () => list('""'),
    () => list('{}'),
    () => list('{"role":"user","content":"a"}'),
    () => list('{"type":"text","text":"a"}'),
    () => list('{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}'),
    () => list('{"type":"function","function":{"name":"f"}}'),
    () => new RawJson(`{${Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join(',')}}`),
    () => new RawJson(`{${'"a":1,'.repeat(count - 1)}"a":1}`),
  ])();
}

export function hostileValue(random: Random): JsonTree {
  const draw = random.next();
  if (draw < 0.18) return new RawJson(random.pick(numbers));
  if (draw < 0.36) return random.pick(strings);
  if (draw < 0.46) return new RawJson(random.pick(rawStrings));
  if (draw < 0.53) return deep(random);
  if (draw < 0.54) return wide(random);
  return random.pick<() => JsonTree>([
    () => null,
    () => true,
    () => false,
    () => [],
    () => [null],
    () => [[]],
    () => new Members([]),
    () => new Members([[hostileKey(random), null]]),
    () => new Members([[hostileKey(random), hostileValue(random)]]),
    () => new Members([['__proto__', new Members([['role', 'admin']])]]),
    () => random.whole(-5, 5),
    () => random.whole(0, 2_147_483_647),
    () => new RawJson(''),
    () => new RawJson('undefined'),
  ])();
}

export const hostileKey = (random: Random) => random.pick(keys);
