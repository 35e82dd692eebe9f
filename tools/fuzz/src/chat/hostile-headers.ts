import type { Random } from '@tokenroute/chaos';
import { keyPlaceholder } from '../fuzz-case.js';

type Header = [name: string, value: string];

const repeat = (text: string, times: number) => text.repeat(times);

/** Headers of ours, of HTTP and of proxies, with values nobody should send. Only such that a client library can send. */
const values: Record<string, readonly string[]> = {
  'idempotency-key': [
    '',
    ' ',
    repeat('k', 255),
    repeat('k', 256),
    'é',
    'a\tb',
    '"',
    '../a',
    '__proto__',
    'same',
  ],
  'x-tokenroute-max-cost-usd': [
    '',
    '-1',
    '0',
    '1e3',
    'NaN',
    '0.0000000001',
    '1,5',
    repeat('9', 400),
    '$5',
    '0x1',
  ],
  'x-tokenroute-dry-run': ['', 'yes', 'TRUE', '1', 'true, true', 'true'],
  'x-tokenroute-strict-params': ['', 'yes', '1', 'true'],
  traceparent: [
    '',
    '00',
    '00-0-0-0',
    `00-${repeat('0', 32)}-${repeat('0', 16)}-01`,
    `ff-${repeat('a', 32)}-${repeat('b', 16)}-01`,
    `00-${repeat('g', 32)}-${repeat('b', 16)}-01`,
    repeat('00-', 3_000),
  ],
  tracestate: ['=', repeat('a=b,', 2_000)],
  baggage: ['%00=%ff', repeat('a=b,', 2_000)],
  'x-forwarded-for': ['', '::1, ,', 'unknown', repeat('1.1.1.1,', 1_000)],
  'x-request-id': ['', repeat('r', 5_000), "'"],
  'x-simulator': [''],
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'é',
    repeat('a/b;', 500),
  ],
  'content-encoding': ['gzip', 'deflate', 'br', 'identity', 'gzip, gzip', 'é'],
  accept: ['', 'text/event-stream', 'nothing/at-all', '*/*;q=NaN'],
  'accept-encoding': ['gzip', '*;q=0', 'é'],
  'content-md5': ['AA=='],
  range: ['bytes=0-1', 'bytes=-'],
  'if-none-match': ['*'],
  origin: ['null', 'http://evil.example'],
  cookie: ['a=b', repeat('a=b;', 1_000)],
  authorization: [
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    `bearer ${keyPlaceholder}x`,
    `Bearer sk-tr-${repeat('0', 38)}`,
  ],
  'openai-organization': ['', '__proto__'],
};

const names = Object.keys(values);

/** What to add to a request's own headers; one of the same name is sent instead of them. */
export function hostileHeaders(random: Random): Header[] {
  return Array.from({ length: random.whole(1, 3) }, () => {
    const name = random.pick(names);
    return [name, random.pick(values[name]!)];
  });
}
