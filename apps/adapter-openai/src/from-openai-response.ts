import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { Completed } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { jsonMembers, withJsonMembers } from '@tokenroute/openai-wire';
import { fromOpenAiUsage } from './from-openai-usage.js';
import { responseSchema } from './openai-wire.js';

/**
 * A plain answer: the provider's own bytes with the id the client asked for as `model`.
 * @throws Fault upstream when it is not a complete chat completion
 */
export function fromOpenAiResponse(body: string, publicModel: string): AnswerEnd {
  const answer = readResponse(body);
  const text = withJsonMembers(body, { model: JSON.stringify(publicModel) });
  return { completed: withUsagePosition(text, ''), usage: fromOpenAiUsage(answer.usage) };
}

/** The answer's last piece with the place where members may join its usage. */
export function withUsagePosition(json: string, prefix: string, suffix = ''): Completed {
  const usage = jsonMembers(json)?.findLast((member) => member.key === 'usage');
  const isObject = usage !== undefined && json[usage.valueStart] === '{';
  const usageMembersAt = isObject ? Buffer.byteLength(prefix + json.slice(0, usage.valueStart + 1)) : 0;
  return { tail: Buffer.from(prefix + json + suffix), usageMembersAt };
}

function readResponse(body: string): { usage?: unknown } {
  try {
    return responseSchema.parse(JSON.parse(body));
  } catch (error) {
    throw new Fault('upstream', 'OpenAI gave an answer that could not be read.', {
      cause: error,
      internal: body.slice(0, 500),
    });
  }
}
