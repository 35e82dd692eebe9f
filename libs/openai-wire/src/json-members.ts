/** Where a member of a JSON object stands in its text. `valueEnd` is exclusive. */
export interface JsonMember {
  key: string;
  /** Index of the key's opening quote. */
  start: number;
  valueStart: number;
  valueEnd: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * Finds the top-level members of a JSON object without building it, so that a few can be replaced and everything else,
 * numbers and escapes included, stays byte for byte what it was.
 * @param json text that JSON.parse accepts; for anything else the answer has no meaning
 * @returns every member in order, repeated keys included; null when the text is not an object
 */
export function jsonMembers(json: string): JsonMember[] | null {
  let at = skipSpace(json, 0);
  if (json.charCodeAt(at) !== openBrace) return null;
  const members: JsonMember[] = [];
  at = skipSpace(json, at + 1);
  while (at < json.length && json.charCodeAt(at) !== closeBrace) {
    const start = at;
    const keyEnd = endOfJsonString(json, start);
    const rawKey = json.slice(start + 1, keyEnd - 1);
    const key = rawKey.includes('\\') ? (JSON.parse(json.slice(start, keyEnd)) as string) : rawKey;
    at = skipSpace(json, keyEnd);
    if (json.charCodeAt(at) !== colon) return null;
    const valueStart = skipSpace(json, at + 1);
    const valueEnd = endOfValue(json, valueStart);
    members.push({ key, start, valueStart, valueEnd });
    at = skipSpace(json, valueEnd);
    if (json.charCodeAt(at) === comma) at = skipSpace(json, at + 1);
  }
  return members;
}

/**
 * The object with members set (raw JSON) or removed (null), in place where they stand, at the end where they are new.
 * Of a repeated key the last counts, as in JSON.parse; earlier ones of a changed key are removed, so that no reader can
 * see another value than the one written here.
 */
export function withJsonMembers(json: string, changes: Record<string, string | null>): string {
  return rewriteJsonMembers(json, changes).text;
}

/**
 * The same, and where the value of a member that stays stands in the new text.
 * @param followed its key
 * @returns `valueStart` of the one that counts; -1 when there is none
 */
export function rewriteJsonMembers(
  json: string,
  changes: Record<string, string | null>,
  followed?: string,
): { text: string; valueStart: number } {
  const members = jsonMembers(json);
  if (!members) throw new TypeError('not a JSON object');
  const text = new MemberText(json);
  let followedStart = -1;
  for (let index = 0; index < members.length; index += 1) {
    const { key, start, valueStart, valueEnd } = members[index]!;
    if (!Object.hasOwn(changes, key)) {
      text.keep(start, valueEnd);
      if (key === followed) followedStart = text.indexOfKept(valueStart);
    } else if (changes[key] !== null && !isAmong(members, index + 1, key)) {
      text.keep(start, valueStart);
      text.add(changes[key]!);
    }
  }
  for (const key of Object.keys(changes)) {
    if (changes[key] === null || isAmong(members, 0, key)) continue;
    text.separate();
    text.add(`${JSON.stringify(key)}:${changes[key]}`);
  }
  return { text: text.end(), valueStart: followedStart };
}

/** @param from index of the first member that is asked */
function isAmong(members: JsonMember[], from: number, key: string): boolean {
  for (let index = from; index < members.length; index += 1) {
    if (members[index]!.key === key) return true;
  }
  return false;
}

/** An object's text made of pieces of another's; members that stand side by side are one piece. */
class MemberText {
  private text = '{';
  private empty = true;
  private pieceStart = 0;
  private pieceEnd = 0;

  constructor(private readonly json: string) {}

  /** A member, or one without its value. */
  keep(start: number, end: number): void {
    const sideBySide =
      this.pieceEnd > 0 && start === this.pieceEnd + 1 && this.json.charCodeAt(start - 1) === comma;
    if (!sideBySide) {
      this.separate();
      this.pieceStart = start;
    }
    this.pieceEnd = end;
  }

  /** Where in the new text something of the member kept last stands. */
  indexOfKept(at: number): number {
    return this.text.length + at - this.pieceStart;
  }

  /** After a member without its value, or `separate`. */
  add(raw: string): void {
    this.flush();
    this.text += raw;
  }

  separate(): void {
    this.flush();
    if (!this.empty) this.text += ',';
    this.empty = false;
  }

  end(): string {
    this.flush();
    return `${this.text}}`;
  }

  private flush(): void {
    if (this.pieceEnd > 0) this.text += this.json.slice(this.pieceStart, this.pieceEnd);
    this.pieceEnd = 0;
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  for (
    let code = json.charCodeAt(at);
    code === 0x20 || (code >= 0x09 && code <= 0x0d);
    code = json.charCodeAt(at)
  ) {
    at += 1;
  }
  return at;
}

/**
 * @param start index of the opening quote
 * @returns index after the closing one; the text's length when there is none
 */
export function endOfJsonString(json: string, start: number): number {
  let at = start + 1;
  for (;;) {
    at = json.indexOf('"', at);
    if (at === -1) return json.length;
    let backslashes = 0;
    while (json.charCodeAt(at - 1 - backslashes) === backslash) backslashes += 1;
    at += 1;
    if (backslashes % 2 === 0) return at;
  }
}

function endOfValue(json: string, start: number): number {
  const first = json.charCodeAt(start);
  if (first === quote) return endOfJsonString(json, start);
  if (first === openBrace || first === openBracket) return endOfContainer(json, start);
  let at = start;
  while (at < json.length && !isDelimiter(json.charCodeAt(at))) at += 1;
  return at;
}

function endOfContainer(json: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = endOfJsonString(json, at);
      continue;
    }
    if (code === openBrace || code === openBracket) depth += 1;
    if (code === closeBrace || code === closeBracket) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  return at;
}

function isDelimiter(code: number): boolean {
  return code === comma || code === closeBrace || code === closeBracket || code <= 0x20;
}
