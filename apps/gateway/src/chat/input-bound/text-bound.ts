import { isKnownCharacter, isKnownPair, isKnownWord } from './known-token-lookup.js';
import type { TextRule } from './text-rules.js';

const impossible = -0x40000000;
const nothing = -1;
const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const zero = 48;
const apostrophe = 39;
const slash = 47;

/**
 * At least the number of tokens of a text, in one pass over its char codes.
 *
 * Byte-pair encoding ends when no two neighbouring tokens are together a token of the vocabulary. So the longest way
 * to cut a text in which no two single characters that are a known pair stand side by side is never shorter than the
 * real one; a known word in the place of one piece is one token. Where the encoding may cut before it merges, any
 * neighbours are allowed. What is not ASCII counts by its bytes, or one for a character known to be a token.
 *
 * @param enough reached, the rest is not read: 20 MB take a third of a second, and everybody waits
 */
export function textBound(text: string, rule: TextRule, enough = Infinity): number {
  const scan = new TextScan(text, rule, enough);
  return Math.ceil(scan.asciiTokens() * rule.factor) + scan.otherTokens;
}

class TextScan {
  otherTokens = 0;
  /** Most tokens of everything read; of it without the last character; and with a last token of two or more. */
  private most = 0;
  private mostBefore = impossible;
  private mostLonger = impossible;
  /** Most tokens before the character that was read last. */
  private mostBeforeLast = 0;
  private position = 0;
  private previous = nothing;

  constructor(
    private readonly text: string,
    private readonly rule: TextRule,
    private readonly enough: number,
  ) {}

  asciiTokens(): number {
    const { text } = this;
    while (this.position < text.length && this.most + this.otherTokens < this.enough) {
      const code = text.charCodeAt(this.position);
      if (code >= 128) this.readOther(code);
      else if (isLetter(code)) this.readWord();
      else if (isDigit(code)) this.readDigits();
      else if (isSpace(code)) this.readSpaces(code);
      else this.readMark(code);
    }
    return this.most;
  }

  private readWord(): void {
    const { text } = this;
    const start = this.position;
    let end = start;
    while (isCapital(text.charCodeAt(end))) end += 1;
    const capitals = end - start;
    while (isSmall(text.charCodeAt(end))) end += 1;
    // A contraction ('s, 'll) is cut off before tokens are formed, and what follows it stands alone.
    const contraction = this.previous === apostrophe ? start + 2 : -1;
    const alone = isPlain(this.previous) && !(text.charCodeAt(end) >= 128) && contraction < 0;
    if (alone && capitals <= 1 && isKnownWord(text, start, end, this.previous === space)) {
      this.most = this.withKnownWord();
      this.cut();
    } else {
      // The space before a word belongs to it; another mark may or may not.
      for (let index = start; index < end && this.most < this.enough; index += 1) {
        const code = text.charCodeAt(index);
        const inside = index > start ? index > contraction : this.previous === space;
        this.add(inside && isKnownPair(this.previous, code));
        this.previous = code;
      }
    }
    this.previous = text.charCodeAt(end - 1);
    this.position = end;
    if (isCapital(text.charCodeAt(end))) this.cut();
  }

  private withKnownWord(): number {
    const { previous } = this;
    if (previous === space) return this.mostBeforeLast + 1;
    const mayHavePrefix = previous !== nothing && !isLetter(previous) && !isDigit(previous);
    return mayHavePrefix ? Math.max(this.most + 1, this.mostBeforeLast + 2) : this.most + 1;
  }

  private readMark(code: number): void {
    const { previous } = this;
    const inside = previous === space || isMark(previous);
    this.mostBeforeLast = this.most;
    if (!inside) this.cut();
    // A slash may close a piece after a line break, and may not.
    this.add(inside && previous !== slash && isKnownPair(previous, code));
    this.previous = code;
    this.position += 1;
  }

  private readDigits(): void {
    const start = this.position;
    let end = start + 1;
    while (isDigit(this.text.charCodeAt(end))) end += 1;
    // Digits of other scripts share a group with these and shift where it begins.
    const shifted = this.previous >= 128 || this.text.charCodeAt(end) >= 128;
    this.mostBeforeLast = this.most;
    this.most += shifted ? end - start : Math.ceil((end - start) / this.rule.digitsPerToken);
    this.cut();
    this.previous = zero;
    this.position = end;
  }

  private readSpaces(code: number): void {
    const start = this.position;
    let end = start + 1;
    while (this.text.charCodeAt(end) === code) end += 1;
    // The last one may go with the word or mark after it, but for a line break.
    const joins = !isLineBreak(code) && end < this.text.length && !isSpace(this.text.charCodeAt(end));
    const run = joins ? end - start - 1 : end - start;
    // Long runs of these three are tokens of 16 and more.
    const inRuns = code === space || code === tab || code === lineFeed;
    // A mark before line breaks takes some of them.
    if (run > 1 && isLineBreak(code) && isMark(this.previous)) this.most += 1;
    if (run > 0) this.most += inRuns ? (run < 9 ? 1 : 2) + (run >> 4) : run;
    this.cut();
    this.mostBeforeLast = this.most;
    this.previous = nothing;
    if (joins) {
      this.add(false);
      this.previous = code;
    }
    this.position = end;
  }

  private readOther(code: number): void {
    const wide = code >= 0xd800 && code < 0xdc00 && this.position + 1 < this.text.length;
    const known = this.rule.knowsCharacters && isKnownCharacter(code);
    // A lone surrogate is sent as U+FFFD: three bytes.
    if (wide && isLowSurrogate(this.text.charCodeAt(this.position + 1))) {
      this.otherTokens += 4;
      this.position += 2;
    } else {
      this.otherTokens += known ? 1 : code < 0x800 ? 2 : 3;
      this.position += 1;
    }
    this.mostBeforeLast = this.most;
    this.cut();
    this.previous = code;
  }

  /** One more character, which may stand alone after a single one only if the two are not a known pair. */
  private add(knownPair: boolean): void {
    const single = (knownPair ? this.mostLonger : this.most) + 1;
    const longer = this.mostBefore + 1;
    this.mostBefore = this.most;
    this.mostLonger = longer;
    this.most = Math.max(single, longer);
  }

  /** No token reaches across this place. */
  private cut(): void {
    this.mostBefore = impossible;
    this.mostLonger = impossible;
  }
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLetter(code: number): boolean {
  return isSmall(code) || isCapital(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What words were checked with in front of them. */
function isPlain(code: number): boolean {
  return code === nothing || code === tab || (code >= space && code < 127);
}

function isSpace(code: number): boolean {
  return code === space || (code >= tab && code <= carriageReturn);
}

function isLineBreak(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

/** Punctuation, and the control characters that are no space. */
function isMark(code: number): boolean {
  return code >= 0 && code < 128 && !isLetter(code) && !isDigit(code) && !isSpace(code);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
