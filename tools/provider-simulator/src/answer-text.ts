import { BYTES_PER_TOKEN, tokensOfBytes } from './count-tokens.js';

/** ASCII, so that a byte is a character, and no line breaks, so that it looks the same in every encoding. */
const FILLER =
  'and so the simulated answer goes on, word after word, until it is as long as was asked for; '.repeat(712);

export interface Piece {
  text: string;
  /** By how much the token count of everything until here grows with this piece. */
  tokens: number;
}

/** Generated text: some words, then filler that is made only while it is written. */
export class AnswerText {
  private readonly headBytes: number;

  constructor(
    private readonly head: string,
    private readonly fillerBytes = 0,
  ) {
    this.headBytes = Buffer.byteLength(head);
  }

  get bytes(): number {
    return this.headBytes + this.fillerBytes;
  }

  get tokens(): number {
    return tokensOfBytes(this.bytes);
  }

  get empty(): boolean {
    return this.bytes === 0;
  }

  /** Filled up, or cut, to this size. */
  ofBytes(bytes: number): AnswerText {
    return bytes >= this.headBytes ? new AnswerText(this.head, bytes - this.headBytes) : this.atMost(bytes);
  }

  /** The longest beginning of at most this size that ends between characters. */
  atMost(bytes: number): AnswerText {
    if (bytes >= this.bytes) return this;
    if (bytes >= this.headBytes) return new AnswerText(this.head, bytes - this.headBytes);
    const cut = Buffer.from(this.head).subarray(0, bytes);
    return new AnswerText(cut.toString('utf8', 0, wholeCharacters(cut)));
  }

  before(word: string): AnswerText | undefined {
    const at = this.head.indexOf(word);
    return at < 0 ? undefined : new AnswerText(this.head.slice(0, at));
  }

  toString(): string {
    return this.fillerBytes === 0 ? this.head : this.head + filler(0, this.fillerBytes);
  }

  /** Pieces of this many tokens; one with a character of several bytes may be longer by it. */
  *pieces(tokensPerPiece: number): Generator<Piece> {
    const size = tokensPerPiece * BYTES_PER_TOKEN;
    let written = 0;
    let tokens = 0;
    const piece = (text: string, bytes: number): Piece => {
      written += bytes;
      const before = tokens;
      tokens = tokensOfBytes(written);
      return { text, tokens: tokens - before };
    };
    for (const text of cutInPieces(this.head, this.headBytes, size))
      yield piece(text, Buffer.byteLength(text));
    for (let at = 0; at < this.fillerBytes; at += size) {
      const bytes = Math.min(size, this.fillerBytes - at);
      yield piece(filler(at, bytes), bytes);
    }
  }
}

/** Filler from a place on, so that the pieces joined are the whole. */
function filler(from: number, bytes: number): string {
  const start = from % FILLER.length;
  if (start + bytes <= FILLER.length) return FILLER.slice(start, start + bytes);
  return FILLER.repeat(Math.ceil((start + bytes) / FILLER.length)).slice(start, start + bytes);
}

function* cutInPieces(text: string, bytes: number, size: number): Generator<string> {
  if (bytes === text.length) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
    return;
  }
  let piece = '';
  let pieceBytes = 0;
  for (const character of text) {
    piece += character;
    pieceBytes += Buffer.byteLength(character);
    if (pieceBytes >= size) {
      yield piece;
      piece = '';
      pieceBytes = 0;
    }
  }
  if (piece) yield piece;
}

/** How many of the bytes are whole UTF-8 characters. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start >= 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + length <= bytes.length ? bytes.length : start;
}
