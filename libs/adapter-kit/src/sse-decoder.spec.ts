import fc from 'fast-check';
import { SseDecoder } from './sse-decoder.js';

const text =
  ': hello\r\ndata: {"a":"é😀"}\r\n\r\nevent: ping\rdata: x\rdata: y\r\r\n: keep-alive\n\ndata: last\n\n';
const expected = ['{"a":"é😀"}', 'x\ny', 'last'];

function decode(chunks: Uint8Array[]): string[] {
  const decoder = new SseDecoder();
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()].map((event) => event.data);
}

describe('SseDecoder', () => {
  test('yields the same events however the bytes are cut', () => {
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(decode(chunks)).toEqual(expected);
      }),
    );
  });

  test('every byte alone', () => {
    expect(decode([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test('a last event without its blank line still counts', () => {
    expect(decode([Buffer.from('data: a\n\ndata: b')])).toEqual(['a', 'b']);
  });
});
