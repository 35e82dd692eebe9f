import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.js';
import type { Ask, Refusal } from './ask.js';
import type { Script } from './script.js';

export type ProviderName = 'openai' | 'anthropic' | 'google' | 'deepseek' | 'mistral';

export type Route =
  | { kind: 'chat'; model?: string; stream?: boolean; form?: 'sse' | 'json-array' }
  | { kind: 'models'; id?: string };

/** One event of a streamed answer, already encoded for its provider. */
export interface Frame {
  kind: 'start' | 'content' | 'finish' | 'usage' | 'done';
  /** SSE event name (Anthropic) */
  event?: string;
  data: string;
  /** The final usage stands in this frame. */
  usage?: boolean;
  /** Output tokens that become the client's with this frame. */
  tokens: number;
}

/** What to write, and the few marks of a script that change the form rather than the delivery. */
export interface Reply {
  ask: Ask;
  answer: Answer;
  script: Script;
}

/** One provider: how it reads a request, and how it says an answer or an error. */
export interface Provider {
  name: ProviderName;
  /** `path` is what follows `/{provider}`, without the query. */
  route(method: string, path: string, query: URLSearchParams): Route | undefined;
  /** Throws a Refusal when the key is missing or contains the word "invalid". */
  authenticate(headers: IncomingHttpHeaders, query: URLSearchParams): void;
  /** Throws a Refusal for what the real provider would turn down. */
  read(body: unknown, route: Route & { kind: 'chat' }): Ask;
  writePlain(reply: Reply): string;
  writeStream(reply: Reply): Iterable<Frame>;
  writeError(refusal: Refusal, seed: string): string;
  /** The event a provider puts into a stream that breaks. */
  writeErrorFrame(): Frame;
  /** Throws a Refusal for an unknown id. */
  writeModels(id: string | undefined): string;
  headers(seed: string): Record<string, string>;
}
