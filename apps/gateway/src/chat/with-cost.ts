import type { Completed } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';

const closeBrace = 0x7d;

/**
 * The last piece of an answer with `cost` (USD, exact decimal) as the first member of its usage. Spliced into the bytes:
 * the rest of the answer is not ours to rewrite.
 * @param costNanoUsd null when it is not known yet
 */
export function withCost({ tail, usageMembersAt }: Completed, costNanoUsd: bigint | null): Buffer {
  if (costNanoUsd === null || usageMembersAt === 0) return tail;
  const member = `"cost":"${formatUsd(costNanoUsd)}"`;
  const separator = nextByte(tail, usageMembersAt) === closeBrace ? '' : ',';
  return Buffer.concat([
    tail.subarray(0, usageMembersAt),
    Buffer.from(member + separator),
    tail.subarray(usageMembersAt),
  ]);
}

function nextByte(bytes: Buffer, from: number): number | undefined {
  return bytes.subarray(from).find((byte) => byte > 0x20);
}
