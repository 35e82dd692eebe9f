import { Fault } from '@tokenroute/faults';
import type { FinishReason } from '@tokenroute/openai-wire';

const known: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  model_length: 'length',
  tool_calls: 'tool_calls',
  content_filter: 'content_filter',
};

/**
 * @returns null while the answer goes on; `stop` for a reason nobody knows yet
 * @throws Fault upstream for the one that is a failure
 */
export function fromMistralFinishReason(reason: string | null | undefined): FinishReason | null {
  if (!reason) return null;
  if (reason === 'error') throw new Fault('upstream', 'Mistral failed in the middle of its answer.');
  return Object.hasOwn(known, reason) ? known[reason]! : 'stop';
}
