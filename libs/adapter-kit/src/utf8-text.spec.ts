import fc from 'fast-check';
import { Utf8Text } from './utf8-text.js';

function read(pieces: Buffer[]): string {
  const text = new Utf8Text();
  return pieces.map((piece) => text.push(piece)).join('') + text.end();
}

/** The bytes in pieces, cut at the places. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const places = fc.array(fc.nat(1_000), { maxLength: 20 });
const textBytes = fc.string({ unit: 'binary', maxLength: 100 }).map((text) => Buffer.from(text));
const anyBytes = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));

describe('Utf8Text', () => {
  test('is what a decoder of the platform makes of it, however it is cut', () => {
    fc.assert(
      fc.property(fc.oneof(textBytes, anyBytes), places, (bytes, at) => {
        expect(read(cut(bytes, at))).toBe(new TextDecoder().decode(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes a byte order mark away where the text begins, and nowhere else', () => {
    const mark = Buffer.from('\ufeff');
    const pieces = [mark, mark, Buffer.from('é'), mark, Buffer.from('a')];
    expect(read(pieces)).toBe('\ufeffé\ufeffa');
    expect(read([...Buffer.from('\ufeffa')].map((byte) => Buffer.of(byte)))).toBe('a');
  });

  test('keeps a mark at the start of a later piece, also in the first one that needs a memory', () => {
    expect(read([Buffer.from('a'), Buffer.from('\ufeffé'), Buffer.from('\ufeff')])).toBe('a\ufeffé\ufeff');
  });
});
