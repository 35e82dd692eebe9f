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
    const keyEnd = endOfString(json, start);
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
  const members = jsonMembers(json);
  if (!members) throw new TypeError('not a JSON object');
  const lastIndex = new Map(members.map((member, index) => [member.key, index]));
  const kept: string[] = [];
  for (const [index, member] of members.entries()) {
    const change = Object.hasOwn(changes, member.key) ? changes[member.key]! : undefined;
    if (change === undefined) kept.push(json.slice(member.start, member.valueEnd));
    else if (change !== null && lastIndex.get(member.key) === index) {
      kept.push(json.slice(member.start, member.valueStart) + change);
    }
  }
  for (const [key, change] of Object.entries(changes)) {
    if (change !== null && !lastIndex.has(key)) kept.push(`${JSON.stringify(key)}:${change}`);
  }
  return `{${kept.join(',')}}`;
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

/** Index after the closing quote of the string that starts at `start`. */
function endOfString(json: string, start: number): number {
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
  if (first === quote) return endOfString(json, start);
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
      at = endOfString(json, at);
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
