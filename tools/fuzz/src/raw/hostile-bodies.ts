import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '@tokenroute/chaos';
import { chat, type HostileBytes, post } from './http-text.js';

const megabyte = 1024 * 1024;
const hexLength = chat.length.toString(16);
const chunked = 'Transfer-Encoding: chunked\r\n';

/** Headers that say how long the body is, and what follows: nothing of it is as it should be. */
const lengths: [headers: string, body: string][] = [
  [`Content-Length: ${chat.length - 5}\r\n`, chat],
  [`Content-Length: ${chat.length + 5}\r\n`, chat],
  ['Content-Length: 0\r\n', chat],
  ['Content-Length: -1\r\n', chat],
  ['Content-Length: +10\r\n', chat],
  ['Content-Length: 1e2\r\n', chat],
  ['Content-Length: 0x10\r\n', chat],
  ['Content-Length: ten\r\n', chat],
  ['Content-Length:\r\n', chat],
  ['Content-Length: 99999999999999999999999\r\n', chat],
  ['Content-Length: 20971521\r\n', chat],
  [`Content-Length: ${chat.length}\r\nContent-Length: ${chat.length}\r\n`, chat],
  [`Content-Length: ${chat.length}, ${chat.length}\r\n`, chat],
  [`Content-Length: ${chat.length}\r\n${chunked}`, `${hexLength}\r\n${chat}\r\n0\r\n\r\n`],
  [`${chunked}Content-Length: 3\r\n`, `${hexLength}\r\n${chat}\r\n0\r\n\r\n`],
  ['Transfer-Encoding: gzip, chunked\r\n', `${hexLength}\r\n${chat}\r\n0\r\n\r\n`],
  ['Transfer-Encoding: identity\r\n', chat],
  ['Transfer-Encoding: \x0bchunked\r\n', chat],
  ['', chat],
];

const chunks = [
  `${hexLength}\r\n${chat}\r\n0\r\n\r\n`,
  `${hexLength}\r\n${chat}\r\n0\r\nContent-Length: 5\r\nAuthorization: a\r\n\r\n`,
  `${hexLength};${'a'.repeat(20_000)}\r\n${chat}\r\n0\r\n\r\n`,
  `${`1;a=b\r\n{\r\n`.repeat(3_000)}0\r\n\r\n`,
  `${[...chat].map((character) => `1\r\n${character}\r\n`).join('')}0\r\n\r\n`,
  `-1\r\n${chat}\r\n0\r\n\r\n`,
  `0x${hexLength}\r\n${chat}\r\n0\r\n\r\n`,
  `${hexLength} \r\n${chat}\r\n0\r\n\r\n`,
  `ffffffffffffffff\r\n${chat}\r\n0\r\n\r\n`,
  `fffffffffffffffff\r\n${chat}\r\n0\r\n\r\n`,
  `${'0'.repeat(5_000)}${hexLength}\r\n${chat}\r\n0\r\n\r\n`,
  `${hexLength}\r\n${chat}0\r\n\r\n`,
  `${hexLength}\n${chat}\n0\n\n`,
  `zz\r\n${chat}\r\n0\r\n\r\n`,
  `\r\n\r\n`,
  `0\r\n\r\n${chat}`,
  `0\r\n${'X-A: a\r\n'.repeat(4_000)}\r\n`,
];

/** Twenty megabytes of zeros, which weigh next to nothing. Made when first needed. */
const bombs = new Map<string, Buffer>();
const compressors = {
  gzip: gzipSync,
  deflate: deflateSync,
  // The best quality takes a second.
  br: (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
};

function bomb(encoding: keyof typeof compressors): Buffer {
  const made = bombs.get(encoding) ?? compressors[encoding](Buffer.alloc(20 * megabyte));
  bombs.set(encoding, made);
  return made;
}

export const bodies: ((random: Random) => HostileBytes)[] = [
  (random) => {
    const [headers, body] = random.pick(lengths);
    return {
      what: `a length said as ${JSON.stringify(headers)}`,
      pieces: [post(headers), body],
      isComplete: false,
    };
  },
  (random) => {
    const body = random.pick(chunks);
    return {
      what: `chunks ${JSON.stringify(body.slice(0, 30))}`,
      pieces: [post(chunked), body],
      isComplete: false,
    };
  },
  (random) => {
    const encoding = random.pick(['gzip', 'deflate', 'br'] as const);
    const body = bomb(encoding);
    const headers = `Content-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n`;
    return { what: `a bomb of ${encoding}`, pieces: [post(headers), body] };
  },
  (random) => {
    const body = random.pick([
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from('{"model":"\xff"}', 'latin1'),
      Buffer.concat([Buffer.from(chat), Buffer.from([0xe2, 0x82])]),
      Buffer.alloc(1_000),
      Buffer.from('%PDF-1.4'),
    ]);
    return { what: 'bytes that are no UTF-8', pieces: [post(`Content-Length: ${body.length}\r\n`), body] };
  },
  (random) => {
    // Rare, because it is twenty megabytes each time.
    if (!random.chance(0.01)) return { what: 'no body at all', pieces: [post('')] };
    const piece = Buffer.alloc(megabyte, 'a');
    const headers = random.pick([`Content-Length: ${21 * megabyte}\r\n`, chunked]);
    const isChunked = headers === chunked;
    const pieces = Array.from({ length: 21 }, () =>
      isChunked ? ['100000\r\n', piece, '\r\n'] : [piece],
    ).flat();
    return { what: '21 MiB', pieces: [post(headers), ...pieces, isChunked ? '0\r\n\r\n' : ''] };
  },
];
