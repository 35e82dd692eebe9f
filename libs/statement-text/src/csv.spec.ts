import fc from 'fast-check';
import { type Cell, csvRecord } from './csv.js';

const record = (...texts: string[]) => csvRecord(texts.map((text) => ({ text })));

/** What a reader of RFC 4180 makes of one record. */
function readRecord(line: string): string[] {
  const fields = [...`,${line.slice(0, -2)}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,"]*))/g)];
  return fields.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}

test('commas, quotes and line ends are within quotes; a record ends with CR LF', () => {
  expect(record('a', 'b,c', 'say "no"', 'x\r\ny', '')).toBe('a,"b,c","say ""no""","x\r\ny",\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1'])(
  '%j is never a formula',
  (text) => {
    expect(readRecord(record(text))).toEqual([`'${text}`]);
  },
);

test('a number is a number, negative too', () => {
  expect(csvRecord([{ number: '-0.25' }, { number: 3 }])).toBe('-0.25,3\r\n');
});

test('whatever text goes in comes out, but for the quote before what looks like a formula', () => {
  const isRight = (field: string, text: string) =>
    (field === text || field === `'${text}`) && !/^[=+\-@]/.test(field);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 5 }), (texts) => {
      const read = readRecord(csvRecord(texts.map((text): Cell => ({ text }))));
      return read.length === texts.length && read.every((field, index) => isRight(field, texts[index]!));
    }),
  );
});
