import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from '@tokenroute/faults';
import type { NanoUsd } from '@tokenroute/money';
import { parseMaxCost } from './max-cost.js';

/** What a client asks of the gateway itself, by header. */
export interface ChatOptions {
  /** Rather refuse the request than ignore a parameter. */
  strictParams: boolean;
  /** Only tell what the request could cost. */
  dryRun: boolean;
  /** Refuse the request when it can cost more. */
  maxCostNanoUsd: NanoUsd | null;
}

const dryRunHeader = 'x-tokenroute-dry-run';
const maxCostHeader = 'x-tokenroute-max-cost-usd';

/** @throws Fault invalid-request naming the header */
export function readChatOptions(headers: IncomingHttpHeaders): ChatOptions {
  const maxCost = headers[maxCostHeader];
  return {
    strictParams: headers['x-tokenroute-strict-params'] === 'true',
    dryRun: readDryRun(headers[dryRunHeader]),
    maxCostNanoUsd: maxCost === undefined ? null : parseMaxCost(String(maxCost), maxCostHeader),
  };
}

/** Whoever asks for a dry run in words we do not know must not be charged for a real one. */
function readDryRun(value: string | string[] | undefined): boolean {
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new Fault('invalid-request', `${dryRunHeader}: must be true or false.`, { param: dryRunHeader });
}
