import type { Fault } from '@tokenroute/faults';

/**
 * What a failed answer says of the key it was asked with; null: nothing.
 * @param fault what the dialect made of it: an operator's alarm about a failed provider speaks of our account there
 */
export function keyVerdict(status: number, fault: Fault): 'refused' | 'limited' | null {
  if (fault.code !== 'upstream') return null;
  if (fault.alarm) return 'refused';
  return status === 429 ? 'limited' : null;
}
