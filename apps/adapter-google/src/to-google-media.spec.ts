import type { ChatPart } from '@tokenroute/openai-wire';
import { isMediaPart, remoteFiles, toGoogleMedia } from './to-google-media.js';

type MediaPart = Parameters<typeof toGoogleMedia>[0];

const param = 'messages[0].content[1]';
const media = (part: MediaPart, files = new Map()) => toGoogleMedia(part, param, files);
const image = (url: string): MediaPart => ({ type: 'image_url', image_url: { url } });
const video = (url: string): MediaPart => ({ type: 'video_url', video_url: { url } });
const file = (members: { file_data?: string; file_id?: string; filename?: string }): MediaPart => ({
  type: 'file',
  file: members,
});

describe('toGoogleMedia (rule 40)', () => {
  test.each([
    ['data:image/png;base64,AAAA', { mimeType: 'image/png', data: 'AAAA' }],
    ['DATA:Image/JPG;name=a.jpg;BASE64,AAAA', { mimeType: 'image/jpeg', data: 'AAAA' }],
    ['data:text/csv,a%2Cb', { mimeType: 'text/csv', data: Buffer.from('a,b').toString('base64') }],
    ['data:,hi', { mimeType: 'text/plain', data: Buffer.from('hi').toString('base64') }],
  ])('%s goes along', (url, inlineData) => {
    expect(media(image(url))).toEqual({ inlineData });
  });

  test.each(['mp3', 'wav', 'flac'])('sound: %s', (format) => {
    const part = (data: string): MediaPart => ({ type: 'input_audio', input_audio: { data, format } });
    const inlineData = { mimeType: `audio/${format}`, data: 'AAAA' };
    expect(media(part('AAAA'))).toEqual({ inlineData });
    expect(media(part('data:audio/x;base64,AAAA'))).toEqual({ inlineData });
  });

  test.each([
    'https://www.youtube.com/watch?v=abc',
    'https://youtu.be/abc',
    'https://generativelanguage.googleapis.com/v1beta/files/abc',
    'gs://bucket/film.mp4',
  ])('%s is for Google to read', (url) => {
    expect(media(video(url))).toEqual({ fileData: { fileUri: url } });
    expect(remoteFiles({ messages: [{ role: 'user', content: [video(url)] }] })).toEqual([]);
  });

  test.each([
    'https://youtube.com.example.org/',
    'https://example.org/www.youtube.com',
    'http://www.youtube.com/watch?v=a',
    'https://generativelanguage.googleapis.com/v1beta/models',
  ])('%s is not', (url) => {
    expect(remoteFiles({ messages: [{ role: 'user', content: [video(url)] }] })).toHaveLength(1);
  });

  test('files by their media type, their own data or their name', () => {
    const inlineData = { mimeType: 'application/pdf', data: 'AAAA' };
    expect(media(file({ file_data: 'data:application/pdf;base64,AAAA' }))).toEqual({ inlineData });
    expect(media(file({ file_data: 'AAAA', filename: 'Report.PDF' }))).toEqual({ inlineData });
    const untyped = 'data:application/octet-stream;base64,AAAA';
    expect(media(file({ file_data: untyped, filename: 'report.pdf' }))).toEqual({ inlineData });
    expect(media(file({ file_data: 'data:video/mp4;base64,AAAA', filename: 'a.pdf' }))).toEqual({
      inlineData: { mimeType: 'video/mp4', data: 'AAAA' },
    });
  });

  test('files that Google has', () => {
    const fileUri = 'https://generativelanguage.googleapis.com/v1beta/files/abc';
    expect(media(file({ file_id: 'files/abc' }))).toEqual({ fileData: { fileUri } });
    expect(media(file({ file_id: fileUri }))).toEqual({ fileData: { fileUri } });
  });

  test.each([
    ['an id of another provider', file({ file_id: 'file-abc' }), `${param}.file.file_id`],
    ['a file of no known type', file({ file_data: 'AAAA', filename: 'a.constructor' }), `${param}.file`],
    ['nothing', file({}), `${param}.file`],
    ['a data URL without data', image('data:image/png;base64,'), `${param}.image_url.url`],
    ['a data URL without a comma', image('data:image/png'), `${param}.image_url.url`],
    ['a broken data URL', image('data:,%E0%A4%A'), `${param}.image_url.url`],
    ['a bare file name', image('cat.png'), `${param}.image_url.url`],
    ['another scheme', video('ftp://example.org/a.mp4'), `${param}.video_url.url`],
  ])('%s is refused by name', (_what, part, at) => {
    expect(() => media(part)).toThrow(expect.objectContaining({ code: 'invalid-request', param: at }));
  });

  test('what was fetched for a part is what is sent for it', () => {
    const files = new Map([[param, { mimeType: 'image/webp', data: 'BBBB' }]]);
    expect(media(image('https://example.org/a'), files)).toEqual({
      inlineData: { mimeType: 'image/webp', data: 'BBBB' },
    });
    expect(() => media(image('https://example.org/a'))).toThrow(expect.objectContaining({ param }));
  });
});

describe('remoteFiles (rule 40)', () => {
  test('names every address that has to be fetched, in any message, and nothing else', () => {
    const content: ChatPart[] = [
      { type: 'text', text: 'https://example.org/not-a-file' },
      image('data:image/png;base64,AAAA'),
      image('https://example.org/a.png'),
      video('HTTPS://example.org/b.mp4'),
      file({ file_data: 'http://example.org/c.pdf' }),
    ];
    const result: ChatPart[] = [image('https://example.org/d.png')];
    expect(
      remoteFiles({
        messages: [
          { role: 'system', content: 'Hi' },
          { role: 'user', content },
          { role: 'tool', tool_call_id: 'c', content: result },
        ],
      }),
    ).toEqual([
      { param: 'messages[1].content[2]', url: 'https://example.org/a.png', kind: 'image' },
      { param: 'messages[1].content[3]', url: 'HTTPS://example.org/b.mp4', kind: 'video' },
      { param: 'messages[1].content[4]', url: 'http://example.org/c.pdf', kind: 'any' },
      { param: 'messages[2].content[0]', url: 'https://example.org/d.png', kind: 'image' },
    ]);
  });

  test('a text is no file', () => {
    expect(isMediaPart({ type: 'text', text: 'a' })).toBe(false);
    expect(isMediaPart({ type: 'refusal', refusal: 'a' })).toBe(false);
  });
});
