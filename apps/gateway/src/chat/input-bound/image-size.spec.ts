import { imageSizeOf } from './image-size.js';

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function gif(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.write('GIF89a');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
}

/** With `metadata` bytes of EXIF before the frame, as cameras write it. */
function jpeg(width: number, height: number, metadata: number): Buffer {
  const exif: Buffer[] = [];
  for (let left = metadata; left > 0; left -= 60_000) {
    const segment = Buffer.alloc(Math.min(left, 60_000) + 4, 0xff);
    segment.writeUInt16BE(0xffe1, 0);
    segment.writeUInt16BE(segment.length - 2, 2);
    exif.push(segment);
  }
  const frame = Buffer.from('ffc2001108000000000301220002110103110100', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8', 'hex'), ...exif, Buffer.from('ffc40004aabb', 'hex'), frame]);
}

function webp(kind: string, fill: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write('RIFF');
  bytes.write(`WEBP${kind}`, 8);
  fill(bytes);
  return bytes;
}

function dataUrl(bytes: Buffer): string {
  return `data:image/any;base64,${bytes.toString('base64')}`;
}

describe('imageSizeOf', () => {
  test.each([
    ['PNG', png(1234, 567)],
    ['GIF', gif(1234, 567)],
    ['JPEG', jpeg(1234, 567, 0)],
    ['JPEG with a long EXIF block', jpeg(1234, 567, 200_000)],
    [
      'WebP, extended',
      webp('VP8X', (bytes) => {
        bytes.writeUIntLE(1233, 24, 3);
        bytes.writeUIntLE(566, 27, 3);
      }),
    ],
    [
      'WebP, lossy',
      webp('VP8 ', (bytes) => {
        bytes.writeUInt16LE(1234 | 0x4000, 26);
        bytes.writeUInt16LE(567, 28);
      }),
    ],
    ['WebP, lossless', webp('VP8L', (bytes) => bytes.writeUInt32LE(1233 | (566 << 14), 21))],
  ])('%s: width and height are read from its head', (_name, bytes) => {
    expect(imageSizeOf(dataUrl(bytes))).toEqual({ width: 1234, height: 567 });
    expect(imageSizeOf(bytes.toString('base64'))).toEqual({ width: 1234, height: 567 });
  });

  test('what is no picture, or only half of one, has no size', () => {
    expect(imageSizeOf('')).toBeNull();
    expect(imageSizeOf('https://example.com/a.png')).toBeNull();
    expect(imageSizeOf(dataUrl(png(0, 5)))).toBeNull();
    const whole = jpeg(1234, 567, 100);
    for (let length = 0; length < whole.length - 20; length += 1) {
      expect(imageSizeOf(dataUrl(whole.subarray(0, length)))).toBeNull();
    }
  });
});
