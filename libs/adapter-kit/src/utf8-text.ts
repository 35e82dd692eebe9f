import { TextDecoder } from 'node:util';

/** For pieces that leave nothing to wait for. */
const wholePieces = new TextDecoder('utf-8', { ignoreBOM: true });
const byteOrderMark = '\ufeff';
const firstByteBeyondAscii = 0x80;

/**
 * UTF-8 text from bytes, cut anywhere; what is not UTF-8 becomes U+FFFD. A stream is nearly always cut behind a character of
 * one byte, which leaves nothing to wait for: only a piece that is cut otherwise needs a decoder with a memory.
 */
export class Utf8Text {
  private decoder: TextDecoder | null = null;
  private waiting = false;
  private begun = false;

  push(bytes: Uint8Array): string {
    if (bytes.length === 0) return '';
    const waits = bytes[bytes.length - 1]! >= firstByteBeyondAscii;
    let text: string;
    if (this.waiting || waits) {
      this.decoder ??= new TextDecoder('utf-8', { ignoreBOM: true });
      text = this.decoder.decode(bytes, { stream: true });
    } else {
      text = wholePieces.decode(bytes);
    }
    this.waiting = waits;
    return this.withoutMark(text);
  }

  /** What an incomplete last character comes to. */
  end(): string {
    return this.decoder?.decode() ?? '';
  }

  /** It may stand before everything else, and is no part of the text. */
  private withoutMark(text: string): string {
    if (this.begun || text === '') return text;
    this.begun = true;
    return text.startsWith(byteOrderMark) ? text.slice(1) : text;
  }
}
