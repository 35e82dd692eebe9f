import type { AnswerIdentity } from './chat-answer.js';
import { withJsonMembers } from './json-members.js';
import { oneLine, sseEvent } from './sse.js';

/**
 * A dialect's chunk on its way to the client: the identity the same in every chunk, the usage taken out (it has a chunk
 * of its own), every other byte as it came.
 * @param json the chunk
 * @param choices what stands in place of the chunk's own; null leaves them as they are
 */
export function rewriteChunk(json: string, identity: AnswerIdentity, choices: unknown[] | null): string {
  const changes = { ...identityMembers(identity), usage: null };
  return sseEvent(
    withJsonMembers(json, choices ? { ...changes, choices: JSON.stringify(choices) } : changes),
  );
}

/** JSON of the usage chunk in one line (not yet an event), made from the chunk that carried the usage. */
export function rewriteUsageChunk(
  json: string,
  identity: AnswerIdentity,
  usage: Record<string, unknown>,
): string {
  const changes = { ...identityMembers(identity), choices: '[]', usage: JSON.stringify(usage) };
  return oneLine(withJsonMembers(json, changes));
}

/** A chunk of our own between the dialect's. */
export function extraChunk(identity: AnswerIdentity, index: number, delta: Record<string, unknown>): string {
  const { id, created, model } = identity;
  const choices = [{ index, delta, logprobs: null, finish_reason: null }];
  return sseEvent(JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices }));
}

function identityMembers({ id, created, model }: AnswerIdentity): Record<string, string> {
  return {
    id: JSON.stringify(id),
    object: '"chat.completion.chunk"',
    created: String(created),
    model: JSON.stringify(model),
  };
}
