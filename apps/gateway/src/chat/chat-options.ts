import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from '@tokenroute/faults';
import type { NanoUsd } from '@tokenroute/money';
import { idempotencyKeyHeader } from '../idempotency/idempotency-key.js';
import { parseMaxCost } from './max-cost.js';

/** What a client asks of the gateway itself, by header. */
export interface ChatOptions {
  /** Rather refuse the request than ignore a parameter. */
  strictParams: boolean;
  /** Only tell what the request could cost. */
  dryRun: boolean;
  /** Refuse the request when it can cost more. */
  maxCostNanoUsd: NanoUsd | null;
  /** As it was sent: it counts on plain requests only, and is checked there. */
  idempotencyKey: string | undefined;
}

export const dryRunHeader = 'x-tokenroute-dry-run';
export const maxCostHeader = 'x-tokenroute-max-cost-usd';
export const strictParamsHeader = 'x-tokenroute-strict-params';

/** @throws Fault invalid-request naming the header */
export function readChatOptions(headers: IncomingHttpHeaders): ChatOptions {
  const maxCost = headers[maxCostHeader];
  return {
    strictParams: headers[strictParamsHeader] === 'true',
    dryRun: readDryRun(headers[dryRunHeader]),
    maxCostNanoUsd: maxCost === undefined ? null : parseMaxCost(String(maxCost), maxCostHeader),
    // Node joins repeated ones with a comma.
    idempotencyKey: headers[idempotencyKeyHeader]?.toString(),
  };
}

/** Whoever asks for a dry run in words we do not know must not be charged for a real one. */
function readDryRun(value: string | string[] | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new Fault('invalid-request', `${dryRunHeader}: must be true or false.`, { param: dryRunHeader });
}
