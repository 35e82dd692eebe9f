import { mediaTypeOf } from './media-types.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1');

describe('mediaTypeOf', () => {
  test.each([
    ['image/png', 'image', 'image/png'],
    ['IMAGE/JPEG; charset=x', 'image', 'image/jpeg'],
    ['image/jpg', 'image', 'image/jpeg'],
    ['video/mp4', 'video', 'video/mp4'],
    ['application/pdf', 'any', 'application/pdf'],
    ['audio/mpeg', 'any', 'audio/mpeg'],
  ] as const)('%s is taken as %s (rule 40)', (told, kind, expected) => {
    expect(mediaTypeOf(told, png, kind)).toBe(expected);
  });

  test.each([
    ['text/html', 'any'],
    ['image/svg+xml', 'image'],
    ['application/json', 'any'],
    ['application/pdf', 'image'],
    ['image/png', 'video'],
    ['constructor', 'any'],
  ] as const)('%s is not taken as %s, whatever its bytes look like', (told, kind) => {
    expect(mediaTypeOf(told, png, kind)).toBeUndefined();
  });

  test.each([undefined, '', 'application/octet-stream', 'binary/octet-stream'])(
    'where the server does not know (%s) the first bytes tell',
    (told) => {
      expect(mediaTypeOf(told, png, 'image')).toBe('image/png');
      expect(mediaTypeOf(told, Buffer.from('<html>'), 'any')).toBeUndefined();
      expect(mediaTypeOf(told, Buffer.from('%PDF-1.7'), 'image')).toBeUndefined();
    },
  );

  test.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['RIFF....WEBPVP8 ', 'image/webp'],
    ['RIFF....WAVEfmt ', 'audio/wav'],
    ['%PDF-1.7', 'application/pdf'],
    ['....ftypisom', 'video/mp4'],
  ])('knows %j', (start, expected) => {
    expect(mediaTypeOf(undefined, Buffer.from(start, 'latin1'), 'any')).toBe(expected);
  });
});
