import type { Completed } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { z } from 'zod';
import { type CostDetails, costDetailsSchema, usdText } from '../receipts/cost-details.js';

/** What a customer paid for an answer, and for what. */
export interface AnswerCost {
  chargedNanoUsd: bigint;
  details: CostDetails;
}

/** What `withCost` adds to a usage. */
export const answerCostSchema = z.object({
  cost: usdText.optional().describe('What was charged. Missing while the charge waits to be written.'),
  cost_details: costDetailsSchema.optional(),
});

const closeBrace = 0x7d;

/**
 * The last piece of an answer with `cost` (USD, exact decimal) and `cost_details` as the first members of its usage.
 * Spliced into the bytes: the rest of the answer is not ours to rewrite.
 * @param cost null when it is not known yet
 */
export function withCost({ tail, usageMembersAt }: Completed, cost: AnswerCost | null): Buffer {
  if (cost === null || usageMembersAt === 0) return tail;
  const members =
    `"cost":"${formatUsd(cost.chargedNanoUsd)}",` + `"cost_details":${JSON.stringify(cost.details)}`;
  const separator = nextByte(tail, usageMembersAt) === closeBrace ? '' : ',';
  return Buffer.concat([
    tail.subarray(0, usageMembersAt),
    Buffer.from(members + separator),
    tail.subarray(usageMembersAt),
  ]);
}

function nextByte(bytes: Buffer, from: number): number | undefined {
  return bytes.subarray(from).find((byte) => byte > 0x20);
}
