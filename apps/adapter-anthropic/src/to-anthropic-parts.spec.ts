import type { Fault } from '@tokenroute/faults';
import type { ChatContent } from '@tokenroute/openai-wire';
import { toAnthropicParts, toAnthropicTexts } from './to-anthropic-parts.js';

const parts = (...content: unknown[]) => toAnthropicParts(content as ChatContent, 'messages[1]');
const image = (url: string) => ({ type: 'image_url', image_url: { url } });
const file = (file: Record<string, string>) => ({ type: 'file', file });

function refusedParam(...content: unknown[]): string | undefined {
  try {
    parts(...content);
  } catch (error) {
    expect((error as Fault).code).toBe('invalid-request');
    return (error as Fault).param;
  }
  throw new Error('was accepted');
}

describe('toAnthropicParts', () => {
  test('cache_control of a block is kept (rule 2)', () => {
    const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
    const url = 'https://example.com/a.png';
    expect(parts({ type: 'text', text: 'a', ...mark }, { ...image(url), ...mark })).toEqual([
      { type: 'text', text: 'a', ...mark },
      { type: 'image', source: { type: 'url', url }, ...mark },
    ]);
  });

  test('a mark without its time to live is written without one, and null is no mark', () => {
    const mark = { type: 'ephemeral' };
    const marked = { type: 'text', text: 'a', cache_control: { ...mark, ttl: null } };
    expect(parts(marked, { ...marked, cache_control: null })).toEqual([
      { type: 'text', text: 'a', cache_control: mark },
      { type: 'text', text: 'a' },
    ]);
  });

  test('blank texts are left out (rule 5)', () => {
    expect(
      parts({ type: 'text', text: '' }, { type: 'text', text: ' \n' }, { type: 'text', text: ' a ' }),
    ).toEqual([{ type: 'text', text: ' a ' }]);
    expect(toAnthropicParts('', 'm')).toEqual([]);
  });

  test.each([
    ['data:image/png;base64,AAAA', { type: 'base64', media_type: 'image/png', data: 'AAAA' }],
    ['data:image/JPG;base64,AAAA', { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' }],
    ['data:image/webp;name=a;base64,AAAA', { type: 'base64', media_type: 'image/webp', data: 'AAAA' }],
    ['http://example.com/a', { type: 'url', url: 'http://example.com/a' }],
  ])('the image %s goes with its source (rule 12)', (url, source) => {
    expect(parts(image(url))).toEqual([{ type: 'image', source }]);
  });

  test.each([
    [image('data:application/pdf;base64,JVBE'), {}],
    [file({ file_data: 'data:application/pdf;base64,JVBE', filename: 'a.pdf' }), { title: 'a.pdf' }],
    [file({ file_data: 'JVBE', filename: 'A.PDF' }), { title: 'A.PDF' }],
  ])('a PDF becomes a document (rule 13): %j', (part, members) => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBE' };
    expect(parts(part)).toEqual([{ type: 'document', source, ...members }]);
  });

  test('a document at an address, a text file and an image file find their blocks', () => {
    const url = 'https://example.com/a.pdf?x=1';
    const text = `data:text/markdown;base64,${Buffer.from('# é').toString('base64')}`;
    expect(parts(image(url), file({ file_data: url }), file({ file_data: text }))).toEqual([
      { type: 'document', source: { type: 'url', url } },
      { type: 'document', source: { type: 'url', url } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '# é' } },
    ]);
    expect(parts(file({ file_data: 'data:image/gif;base64,R0', filename: 'a.gif' }))).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'R0' } },
    ]);
  });

  test.each([
    [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }, 'messages[1].content[1]'],
    [{ type: 'video_url', video_url: { url: 'https://x' } }, 'messages[1].content[1]'],
    [file({ file_id: 'file-1' }), 'messages[1].content[1]'],
    [image('data:image/tiff;base64,AA'), 'messages[1].content[1].image_url.url'],
    [image('data:image/png,AA'), 'messages[1].content[1].image_url.url'],
    [image('ftp://example.com/a.png'), 'messages[1].content[1].image_url.url'],
    [file({ file_data: 'data:application/zip;base64,AA' }), 'messages[1].content[1].file.file_data'],
  ])('%j is refused by its place (rules 12, 13)', (part, param) => {
    expect(refusedParam({ type: 'text', text: 'a' }, part)).toBe(param);
  });

  test('a data URL of many megabytes is read at once', () => {
    const data = 'A'.repeat(20_000_000);
    const [block] = parts(image(`data:image/png;base64,${data}`));
    expect(block).toMatchObject({ source: { data } });
  });
});

describe('toAnthropicTexts', () => {
  test('a refusal is text; anything else is refused by its place', () => {
    expect(toAnthropicTexts([{ type: 'refusal', refusal: 'No.' }], 'm')).toEqual([
      { type: 'text', text: 'No.' },
    ]);
    expect(() => toAnthropicTexts([image('https://x/a.png')] as ChatContent, 'messages[0]')).toThrow(
      /^messages\[0\]\.content\[0\]: /,
    );
  });
});
