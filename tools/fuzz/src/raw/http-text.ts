import type { Random } from '@tokenroute/chaos';
import { keyPlaceholder } from '../fuzz-case.js';

/** What is sent, one piece after the other; strings hold a byte a character. */
export interface HostileBytes {
  what: string;
  pieces: (string | Buffer)[];
  /** False: the gateway cannot know that this is all; the client ends its side. */
  isComplete?: boolean;
  /** The client breaks the connection off. */
  breaksOff?: boolean;
}

export const withKey = `Authorization: Bearer ${keyPlaceholder}\r\n`;
export const chat = '{"model":"gpt-4o-mini","max_tokens":4,"messages":[{"role":"user","content":"Hello"}]}';

/** The head of a request after which the connection ends. */
export function head(method: string, target: string, headers = withKey): string {
  return `${method} ${target} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n${headers}\r\n`;
}

/** The beginning of a POST of a chat request; `headers` say how long its body is. */
export function post(headers: string): string {
  return head('POST', '/v1/chat/completions', `${withKey}Content-Type: application/json\r\n${headers}`);
}

export const goodPost = `${post(`Content-Length: ${chat.length}\r\n`)}${chat}`;

export function randomBytes(random: Random, most: number): Buffer {
  return Buffer.from(Array.from({ length: random.whole(1, most) }, () => random.whole(0, 255)));
}
