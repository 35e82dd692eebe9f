import { Fault } from '@tokenroute/faults';
import { type NanoUsd, parseUsd } from '@tokenroute/money';
import { type ChatRequest, jsonMembers, withJsonMembers } from '@tokenroute/openai-wire';
import { z } from 'zod';

const member = 'max_cost';

export const maxCostSchema = z
  .union([z.string().regex(/^\d+(\.\d{1,9})?$/), z.number().min(0)])
  .nullish()
  .meta({
    description:
      'The most the request may cost, in USD: one that could cost more is refused with a 402. Meant for tokenroute; no ' +
      'provider sees it.',
    examples: ['0.05'],
  });

/** A request as the provider may see it, and the most its customer will have held for it. */
export interface CappedRequest {
  json: string;
  request: ChatRequest;
  maxCostNanoUsd: NanoUsd | null;
}

/**
 * Takes `max_cost` out of a request: it is meant for us, and a provider would refuse what it does not know.
 * @param json the text that `request` was read from
 * @throws Fault invalid-request
 */
export function takeMaxCost(json: string, request: ChatRequest): CappedRequest {
  if (!Object.hasOwn(request, member)) return { json, request, maxCostNanoUsd: null };
  const maxCostNanoUsd = maxCostOf(json, request);
  const forwarded = { ...request };
  delete forwarded[member];
  return { json: withJsonMembers(json, { [member]: null }), request: forwarded, maxCostNanoUsd };
}

/**
 * Reads an amount of USD.
 * @throws Fault invalid-request naming `param`
 */
export function parseMaxCost(text: string, param: string): NanoUsd {
  const amount = amountOf(text);
  if (amount !== null && amount >= 0n) return amount;
  const message = `${param}: must be an amount of USD such as 0.01, not negative, with at most nine decimals.`;
  throw new Fault('invalid-request', message, { param });
}

/** The lower of two maxima; null is none. */
export function lowerMaxCost(left: NanoUsd | null, right: NanoUsd | null): NanoUsd | null {
  if (left === null || right === null) return left ?? right;
  return left < right ? left : right;
}

function maxCostOf(json: string, request: ChatRequest): NanoUsd | null {
  const value = request[member];
  if (value === null) return null;
  // A number is read as it is written: as a float it would not be what the customer wrote.
  const written = jsonMembers(json)!.findLast(({ key }) => key === member)!;
  const text = typeof value === 'string' ? value : json.slice(written.valueStart, written.valueEnd);
  return parseMaxCost(text, member);
}

function amountOf(text: string): NanoUsd | null {
  try {
    return parseUsd(text);
  } catch {
    return null;
  }
}
