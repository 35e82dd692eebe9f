import { gzipSync } from 'node:zlib';
import type { Random } from '@tokenroute/chaos';
import { type ChatCase, keyPlaceholder } from '../fuzz-case.js';
import { hugeBody } from './huge-body.js';
import { hostileHeaders } from './hostile-headers.js';
import { Members, toText, toTree } from './json-tree.js';
import { mutate } from './mutate.js';
import { validRequest } from './valid-requests.js';

const shares = { huge: 0.001, headers: 0.12, spoiltText: 0.06, compressed: 0.01 };
const mostChanges = 3;

/** A chat request with something wrong with it. */
export function chatCase(random: Random, index: number): ChatCase {
  const whats: string[] = [];
  const headers = new Map([
    ['authorization', `Bearer ${keyPlaceholder}`],
    ['content-type', 'application/json'],
  ]);
  if (random.chance(shares.huge)) {
    const { what, body } = hugeBody(random);
    return { kind: 'chat', index, what, headers: [...headers], body };
  }
  const tree = toTree(validRequest(random)) as Members;
  let body: Buffer;
  if (random.chance(shares.headers)) {
    for (const [name, value] of hostileHeaders(random)) {
      headers.set(name, value);
      whats.push(`${name}: ${value.slice(0, 40)}`);
    }
    body = Buffer.from(toText(tree));
  } else {
    for (let count = random.whole(1, mostChanges); count > 0; count -= 1) whats.push(mutate(random, tree));
    body = Buffer.from(toText(tree));
  }
  if (random.chance(shares.spoiltText)) {
    const spoilt = spoil(random, body);
    whats.push(spoilt.what);
    body = spoilt.body;
  } else if (random.chance(shares.compressed)) {
    body = gzipSync(body);
    headers.set('content-encoding', 'gzip');
    whats.push('compressed');
  }
  return { kind: 'chat', index, what: whats.join('; '), headers: [...headers], body };
}

/** Something that is done to the bytes and not to the JSON. */
function spoil(random: Random, body: Buffer): { what: string; body: Buffer } {
  const at = random.whole(0, Math.max(0, body.length - 1));
  const around = (middle: Buffer | string) =>
    Buffer.concat([body.subarray(0, at), Buffer.from(middle), body.subarray(at)]);
  return random.pick([
    () => ({ what: `cut at ${at}`, body: body.subarray(0, at) }),
    () => ({ what: `two bodies`, body: Buffer.concat([body, body]) }),
    () => ({ what: `bad UTF-8 at ${at}`, body: around(Buffer.from([0xff, 0xfe, 0xc0, 0x80])) }),
    () => ({ what: `half a character at ${at}`, body: around(Buffer.from([0xf0, 0x9f])) }),
    () => ({ what: `NUL at ${at}`, body: around('\0') }),
    () => ({ what: `byte order mark`, body: Buffer.concat([Buffer.from('\ufeff'), body]) }),
    () => ({ what: `UTF-16`, body: Buffer.from(body.toString('utf8'), 'utf16le') }),
    () => ({ what: `a comment at ${at}`, body: around('/* */') }),
    () => ({ what: `in an array`, body: Buffer.concat([Buffer.from('['), body, Buffer.from(']')]) }),
    () => ({ what: `white space alone`, body: Buffer.from(' \n\t'.repeat(200)) }),
    () => {
      const flipped = Buffer.from(body);
      if (flipped.length > 0) flipped[at]! ^= 1 << random.whole(0, 7);
      return { what: `a bit of byte ${at} flipped`, body: flipped };
    },
  ])();
}
