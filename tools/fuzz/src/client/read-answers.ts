import type { Answer } from './exchange.js';

const endOfHead = '\r\n\r\n';

/**
 * All answers in what a connection brought, interim ones left out. An answer that does not say how long it is goes to the
 * next one; that to a HEAD has none of the bytes it speaks of.
 */
export function readAnswers(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let text = bytes.toString('latin1');
  while (text.startsWith('HTTP/1.1 ')) {
    const headLength = text.indexOf(endOfHead);
    if (headLength === -1) break;
    const lines = text.slice(0, headLength).split('\r\n');
    const status = Number(lines[0]!.slice(9, 12));
    const headers = Object.fromEntries(lines.slice(1).map(headerOf));
    text = text.slice(headLength + endOfHead.length);
    if (status < 200) continue;
    const { body, rest } = bodyOf(text, headers);
    answers.push({ status, headers, body: Buffer.from(body, 'latin1').toString('utf8') });
    text = rest;
  }
  return answers;
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function bodyOf(text: string, headers: Answer['headers']): { body: string; rest: string } {
  if (text.startsWith('HTTP/1.1 ')) return { body: '', rest: text };
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(text);
  const length = headers['content-length'];
  const end = length === undefined ? text.length : Number(length);
  return { body: text.slice(0, end), rest: text.slice(end) };
}

function chunkedBody(text: string): { body: string; rest: string } {
  let body = '';
  for (let at = 0; ;) {
    const sizeEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, sizeEnd), 16);
    if (sizeEnd === -1 || !Number.isInteger(size)) return { body, rest: '' };
    const start = sizeEnd + 2;
    if (size === 0) return { body, rest: text.slice(start + 2) };
    body += text.slice(start, start + size);
    at = start + size + 2;
  }
}
