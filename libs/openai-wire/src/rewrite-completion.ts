import type { AnswerIdentity } from './chat-answer.js';
import { withJsonMembers } from './json-members.js';

/**
 * The body of a dialect's plain answer on its way to the client: our identity, choices in OpenAI's shape, every other
 * byte as it came.
 * @param usage null: the provider told none, the answer carries none
 */
export function rewriteCompletion(
  json: string,
  identity: AnswerIdentity,
  choices: unknown[],
  usage: Record<string, unknown> | null,
): string {
  return withJsonMembers(json, {
    id: JSON.stringify(identity.id),
    object: '"chat.completion"',
    created: String(identity.created),
    model: JSON.stringify(identity.model),
    choices: JSON.stringify(choices),
    usage: usage && JSON.stringify(usage),
  });
}
