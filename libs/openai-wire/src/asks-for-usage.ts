import { jsonMembers } from './json-members.js';

/**
 * Whether the client itself asked for the usage chunk; upstream is always asked.
 * @param body the client's JSON
 */
export function asksForUsage(body: string): boolean {
  return streamOptionsOf(body)?.['include_usage'] === true;
}

/**
 * What the client wants of its stream. Nothing else of the body is built: a conversation may be long.
 * @param body the client's JSON
 */
export function streamOptionsOf(body: string): Record<string, unknown> | null {
  const member = jsonMembers(body)?.findLast(({ key }) => key === 'stream_options');
  if (!member) return null;
  return JSON.parse(body.slice(member.valueStart, member.valueEnd)) as Record<string, unknown> | null;
}
