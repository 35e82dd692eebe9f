import fc from 'fast-check';
import { ChunkPattern } from './chunk-pattern.js';
import { OpenAiStream } from './from-openai-stream.js';
import { readChunk } from './openai-wire.js';

/** Raw JSON between the quotes of a string, and what would be none. */
const raw = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }).filter((text) => !/["\\\u0000-\u001f]/.test(text)),
      fc.constantFrom(
        '\\n',
        '\\"',
        '\\\\',
        '\\u00e9',
        '\\ud83d',
        '😀',
        '"',
        '\\',
        '\n',
        '\\x',
        '","a":"',
        '{}',
      ),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join(''));

/** A chunk in every spelling that JSON allows, and in some that it does not. */
const formats: ((text: string, padding: string) => string)[] = [
  (text, padding) =>
    `{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}],` +
    `"usage":null,"obfuscation":"${padding}"}`,
  (text) => `{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"${text}"}}]}`,
  (text, padding) =>
    ` { "obfuscation" : "${padding}",\n"choices": [ {"delta" : { "role":"assistant", "content": "${text}" } } ] , "model":"m"}\r\n`,
  (text, other) =>
    `{"model":"m","choices":[{"delta":{"content":"${text}"}},{"delta":{"content":"${other}"}}]}`,
  (text, other) => `{"model":"m","choices":[{"delta":{"content":"${text}","refusal":"${other}"}}]}`,
  (text, other) => `{"model":"m","choices":[{"delta":{"content":"${other}","content":"${text}"}}]}`,
  (text, other) =>
    `{"model":"m","obfuscation":"${other}","obfuscation":"x","choices":[{"delta":{"content":"${text}"}}]}`,
  (text, other) => `{"model":"${other}","choices":[{"delta":{"content":"${text}"}}]}`,
  (text) => `{"model":"m","choices":[{"delta":{"cont\\u0065nt":"${text}"}}],"tail":"content"}`,
  (text) => `{"model":"m","choices":[{"delta":{"content":"${text}"},"finish_reason":"stop"}]}`,
  (text) => `{"model":"m","choices":[{"delta":{"tool_calls":[{"function":{"arguments":"${text}"}}]}}]}`,
  (text) =>
    `{"model":"m","choices":[{"delta":{"content":"${text}"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`,
  (text) => `{"error":{"message":"${text}"}}`,
  (text) => `{"model":"m","choices":[{"delta":{"content":null}}],"note":"${text}"}`,
  (text) => `{"model":"m","choices":[{"delta":{"content":"${text}"}}]`,
];
const chunk = fc
  .tuple(fc.constantFrom(...formats), raw, raw)
  .map(([format, text, padding]) => format(text, padding));
/** As a stream is: one spelling after the other, each for a while. */
const chunks = fc
  .array(fc.tuple(fc.constantFrom(...formats), fc.array(fc.tuple(raw, raw), { maxLength: 4 })), {
    maxLength: 6,
  })
  .map((runs) => runs.flatMap(([format, strings]) => strings.map((pair) => format(...pair))));

function open(includeUsage: boolean): OpenAiStream {
  const body = Buffer.from(JSON.stringify({ stream_options: { include_usage: includeUsage } }));
  return new OpenAiStream({ publicModel: 'public', body });
}

/** What a stream makes of a chunk, and how much text it finds in it. */
function push(stream: OpenAiStream, data: string): unknown {
  const before = stream.generatedBytes;
  try {
    return { sse: stream.push({ event: undefined, data }), bytes: stream.generatedBytes - before };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function patternOf(data: string): ChunkPattern | null {
  return ChunkPattern.of(data, readChunk(data), `data: ${data}\n\n`);
}

describe('ChunkPattern', () => {
  test('changes nothing: a chunk becomes what it would have become as the first one', () => {
    fc.assert(
      fc.property(fc.boolean(), chunks, fc.array(chunk, { maxLength: 3 }), (includeUsage, stream, others) => {
        const all = [...stream, ...others];
        const together = open(includeUsage);
        expect(all.map((data) => push(together, data))).toEqual(
          all.map((data) => push(open(includeUsage), data)),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test('knows the next chunk by its text and its padding, escapes included', () => {
    const [format] = formats;
    const pattern = patternOf(format!('one', 'xyz'));
    expect(pattern?.read(format!('tw\\u00f6 \\"é\\"\\n', ''))).toEqual({
      sse: `data: ${format!('tw\\u00f6 \\"é\\"\\n', '')}\n\n`,
      generatedBytes: Buffer.byteLength('twö "é"\n'),
    });
  });

  test.each([
    ['another member', '{"model":"m","choices":[{"delta":{"content":"a"}}],"x":1}'],
    ['another value', '{"model":"n","choices":[{"delta":{"content":"a"}}]}'],
    ['a string that is none', '{"model":"m","choices":[{"delta":{"content":"\\x"}}]}'],
    ['a line break inside the string', '{"model":"m","choices":[{"delta":{"content":"\n"}}]}'],
    ['nothing behind the string', '{"model":"m","choices":[{"delta":{"content":"a"'],
    ['a string without its end', '{"model":"m","choices":[{"delta":{"content":"a\\"}}]}'],
    ['more behind the object', '{"model":"m","choices":[{"delta":{"content":"a"}}]} '],
  ])('does not know a chunk with %s', (_what, data) => {
    expect(patternOf('{"model":"m","choices":[{"delta":{"content":"b"}}]}')!.read(data)).toBeNull();
  });

  test.each([
    ['two texts', '{"choices":[{"delta":{"content":"a"}},{"delta":{"content":"b"}}]}'],
    ['text twice', '{"choices":[{"delta":{"content":"a","content":"b"}}]}'],
    ['no text', '{"choices":[{"delta":{}}]}'],
    ['no choice', '{"choices":[]}'],
  ])('none is learnt from a chunk with %s', (_what, data) => {
    expect(patternOf(data)).toBeNull();
  });
});
