export interface ImageSize {
  width: number;
  height: number;
}

/** Enough for the headers of every format; a JPEG with long metadata before its frame is read on. */
const firstBytes = 4096;
const mostBytes = 1 << 20;

/**
 * Width and height from the head of a PNG, JPEG, GIF or WebP, without decoding the picture.
 * @param payload base64, or a data: URL of it
 * @returns null for anything else
 */
export function imageSizeOf(payload: string): ImageSize | null {
  const size = readSize(headOf(payload, firstBytes)) ?? readSize(headOf(payload, mostBytes));
  return size && size.width > 0 && size.height > 0 ? size : null;
}

/** The first bytes of base64 data, or of a data: URL that holds it; none of anything else. */
export function headOf(payload: string, bytes: number): Buffer {
  const start = payload.startsWith('data:') ? payload.indexOf(',') + 1 : 0;
  const characters = Math.ceil(bytes / 3) * 4;
  return Buffer.from(payload.slice(start, start + characters), 'base64');
}

function readSize(head: Buffer): ImageSize | null {
  if (head.length < 24) return null;
  if (head.readUInt32BE(0) === 0x89504e47)
    return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
  if (head.toString('latin1', 0, 4) === 'GIF8')
    return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  if (head.readUInt16BE(0) === 0xffd8) return readJpeg(head);
  if (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
    return readWebp(head);
  return null;
}

function readJpeg(head: Buffer): ImageSize | null {
  let offset = 2;
  while (offset + 9 < head.length) {
    if (head[offset] !== 0xff) return null;
    const marker = head[offset + 1]!;
    // Fill bytes, and markers without a length.
    if (marker === 0xff) offset += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) offset += 2;
    else if (isFrame(marker)) {
      return { width: head.readUInt16BE(offset + 7), height: head.readUInt16BE(offset + 5) };
    } else offset += 2 + Math.max(head.readUInt16BE(offset + 2), 2);
  }
  return null;
}

/** Start of frame; C4, C8 and CC are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readWebp(head: Buffer): ImageSize | null {
  if (head.length < 30) return null;
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return null;
  }
}
