import { z } from 'zod';

/**
 * What we read of OpenAI's answers, tolerant of everything else. https://platform.openai.com/docs/api-reference/chat
 * Chunks and answers are read by hand: a schema's copies would cost more than all else we do with them.
 */

/** What counts in a chunk. */
export interface ReadChunk {
  error: unknown;
  hasChoices: boolean;
  /** Why a choice is at its end; empty: none is. */
  finishReason: string;
  /** UTF-8 bytes of text and tool arguments. */
  generatedBytes: number;
  hasUsageMember: boolean;
  usage: unknown;
}

/**
 * @param data JSON of a chunk
 * @throws Error when it is none
 */
export function readChunk(data: string): ReadChunk {
  const chunk = members(JSON.parse(data));
  const choices = list(chunk['choices']);
  let finishReason = '';
  let generatedBytes = 0;
  for (const element of choices) {
    const choice = members(element);
    finishReason ||= text(choice['finish_reason']);
    if (choice['delta'] != null) generatedBytes += bytesOfDelta(members(choice['delta']));
  }
  return {
    error: chunk['error'],
    hasChoices: choices.length > 0,
    finishReason,
    generatedBytes,
    hasUsageMember: 'usage' in chunk,
    usage: chunk['usage'],
  };
}

/**
 * What counts in a plain answer; the usage as it stands there.
 * @param body JSON of the answer
 * @throws Error when it is no chat completion
 */
export function readAnswer(body: string): { usage: unknown; finishReason: string } {
  const answer = members(JSON.parse(body));
  if (!Array.isArray(answer['choices'])) throw new TypeError('no choices');
  let finishReason = '';
  for (const element of answer['choices'] as unknown[]) {
    const choice = members(element);
    if (choice['message'] != null) members(choice['message']);
    finishReason ||= text(choice['finish_reason']);
  }
  return { usage: answer['usage'], finishReason };
}

function bytesOfDelta(delta: Record<string, unknown>): number {
  let bytes = bytesOf(delta['content']) + bytesOf(delta['refusal']);
  for (const element of list(delta['tool_calls'])) {
    const call = members(element)['function'];
    if (call != null) bytes += bytesOf(members(call)['arguments']);
  }
  return bytes;
}

function bytesOf(value: unknown): number {
  return value === undefined || value === null ? 0 : Buffer.byteLength(text(value));
}

function members(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new TypeError('not an object');
}

function list(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as unknown[];
  throw new TypeError('not an array');
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new TypeError('not a string');
}

export const errorSchema = z.looseObject({
  error: z.looseObject({
    message: z.string().nullish(),
    param: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
  }),
});
