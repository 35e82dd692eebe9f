import { jsonMembers, rewriteJsonMembers } from './json-members.js';

/** The last piece of an answer and where members may join its usage: see `Completed` in the provider contract. */
export interface CompletedAnswer {
  tail: Buffer;
  /** Byte offset just after the opening brace of the usage object; 0 when there is none. */
  usageMembersAt: number;
}

/**
 * @param json the body of a plain answer, or the usage chunk of a stream
 * @param prefix written before it, e.g. `data: `
 * @param suffix written behind it, e.g. two line feeds
 */
export function completedWithUsage(json: string, prefix = '', suffix = ''): CompletedAnswer {
  const usage = jsonMembers(json)?.findLast((member) => member.key === 'usage');
  const isObject = usage !== undefined && json[usage.valueStart] === '{';
  const usageMembersAt = isObject ? Buffer.byteLength(prefix + json.slice(0, usage.valueStart + 1)) : 0;
  return { tail: Buffer.from(prefix + json + suffix), usageMembersAt };
}

/**
 * A plain answer with members replaced on the way, of which `usage` is none: read once.
 * @param json its body
 * @param changes as of `withJsonMembers`
 */
export function rewrittenWithUsage(json: string, changes: Record<string, string | null>): CompletedAnswer {
  const { text, valueStart } = rewriteJsonMembers(json, changes, 'usage');
  const tail = Buffer.from(text);
  if (text[valueStart] !== '{') return { tail, usageMembersAt: 0 };
  const isAscii = tail.length === text.length;
  return {
    tail,
    usageMembersAt: isAscii ? valueStart + 1 : Buffer.byteLength(text.slice(0, valueStart + 1)),
  };
}

/** A stream whose client did not ask for usage has nothing left to say but `[DONE]`. */
export function completedWithoutUsage(): CompletedAnswer {
  return { tail: Buffer.alloc(0), usageMembersAt: 0 };
}
