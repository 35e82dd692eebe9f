import { Fault } from '@tokenroute/faults';
import type { FinishReason } from '@tokenroute/openai-wire';

const known: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
};

/**
 * @returns null while the answer goes on; `stop` for a reason nobody knows yet
 * @throws Fault upstream for the one that is a failure: DeepSeek ran out of resources and gave up
 */
export function fromDeepSeekFinishReason(reason: string | null | undefined): FinishReason | null {
  if (!reason) return null;
  if (reason === 'insufficient_system_resource') {
    throw new Fault('upstream', 'DeepSeek had no capacity left to finish its answer.', { internal: reason });
  }
  return Object.hasOwn(known, reason) ? known[reason]! : 'stop';
}
