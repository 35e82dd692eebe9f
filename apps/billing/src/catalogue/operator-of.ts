import { refused } from './model-changes.js';

const maxOperatorLength = 200;

/**
 * Who asks for a change, for the record of changes.
 * @throws Fault invalid-request
 */
export function operatorOf({ operator }: { operator: string }): string {
  const name = operator.trim();
  if (name === '' || name.length > maxOperatorLength)
    throw refused('operator', `must say who asks, in at most ${maxOperatorLength} characters`);
  return name;
}
