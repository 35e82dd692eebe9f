import { request } from 'node:http';
import type { NativeRequest } from './native-request.js';

export interface RawAnswer {
  status: number | undefined;
  body: Buffer;
  /** Writes as they arrived. */
  chunks: Buffer[];
  /** The response ended as HTTP says it must. */
  complete: boolean;
}

/** Reads to the end, or to the break; leaves by itself after `leaveAfter` bytes, or when `leave` is aborted. */
export function rawPost(
  url: string,
  { path, headers, body }: NativeRequest,
  { leaveAfter = Infinity, leave }: { leaveAfter?: number; leave?: AbortSignal } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const answer: RawAnswer = { status: undefined, body: Buffer.alloc(0), chunks: [], complete: false };
    const sent = request(url + path, { method: 'POST', headers, agent: false }, (response) => {
      answer.status = response.statusCode;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        answer.chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= leaveAfter) sent.destroy();
      });
      response.on('error', () => {});
      response.on('close', () => {
        answer.body = Buffer.concat(answer.chunks);
        answer.complete = response.complete;
        resolve(answer);
      });
    });
    sent.on('error', () => {
      if (answer.status === undefined) resolve(answer);
    });
    leave?.addEventListener('abort', () => sent.destroy());
    sent.end(JSON.stringify(body));
  });
}
