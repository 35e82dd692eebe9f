import fc from 'fast-check';
import { AnswerReader } from './answer-reader.js';
import { eventsOfStream, plainAnswers, streamChunk, streamEnd, streamHead } from './upstream-answers.js';

function read(pieces: Buffer[]): { ends: (string | null)[]; events: number } {
  const ends: (string | null)[] = [];
  let events = 0;
  const reader = new AnswerReader({
    events: (count) => (events += count),
    end: (failure) => ends.push(failure),
  });
  for (const piece of pieces) reader.push(piece);
  return { ends, events };
}

const stream = (chunks: number) =>
  Buffer.concat([streamHead, ...Array.from({ length: chunks }, () => streamChunk), streamEnd(chunks)]);

function cutAt(bytes: Buffer, positions: number[]): Buffer[] {
  const cuts = [0, ...[...positions].sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
}

test('plain answers and streams on one connection are told apart, wherever their bytes are cut', () => {
  const bytes = Buffer.concat([plainAnswers()[0]!, stream(3), plainAnswers()[5]!, stream(1)]);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (positions) => {
      const { ends, events } = read(cutAt(bytes, positions).filter((piece) => piece.length > 0));
      expect(ends).toEqual([null, null, null, null]);
      expect(events).toBe(eventsOfStream(3) + eventsOfStream(1));
    }),
  );
});

test('anything but a 200 is a failure', () => {
  const refused = Buffer.from('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n{}');
  expect(read([refused]).ends).toEqual(['status 503']);
});

test('a 503 that says when to come back is told from one that does not', () => {
  const refused = (header: string) =>
    Buffer.from(`HTTP/1.1 503 Service Unavailable\r\n${header}Content-Length: 2\r\n\r\n{}`);
  expect(read([refused('Retry-After: 2\r\n')]).ends).toEqual(['status 503 with Retry-After']);
  expect(read([refused('Retry-After: 0\r\n')]).ends).toEqual(['status 503']);
});

test('an answer without a body ends with its head', () => {
  expect(read([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')]).ends).toEqual([null]);
});

test('a stream that ends without [DONE] is a failure', () => {
  const broken = Buffer.concat([streamHead, streamChunk, Buffer.from('0\r\n\r\n')]);
  expect(read([broken])).toEqual({ ends: ['a stream without [DONE]'], events: 1 });
});
