import { z } from 'zod';
import { nanoUsdText, picoUsdText, timestamp, uuid } from '../contract-primitives.js';

const states = ['held', 'settled', 'released', 'expired'] as const;
const results = ['succeeded', 'failed', 'cancelled'] as const;

export const requestsQuery = z.object({
  keyId: uuid.optional(),
  model: z.string().max(200).optional(),
  state: z.enum(states).optional(),
  /** Answered with 200, cancelled by the client, or any other end; those that told none are in none of them. */
  result: z.enum(results).optional(),
  from: timestamp.optional(),
  to: timestamp.optional(),
  pageToken: z.string().max(500).optional(),
});

const usage = z.object({
  inputTokens: z.int(),
  cachedInputTokens: z.int(),
  cacheWriteTokens: z.int(),
  audioInputTokens: z.int(),
  outputTokens: z.int(),
  reasoningTokens: z.int(),
  /** True: the provider told none and this is our own count. */
  estimated: z.boolean(),
});

const telemetry = z.object({
  /** 499: the client went away before the end; null: not known. A stream that broke off has the status of its fault. */
  httpStatus: z.int().nullable(),
  durationMs: z.int(),
  /** To the first bytes of a stream; null: it was none, or none came. */
  firstTokenMs: z.int().nullable(),
  streamed: z.boolean(),
  /** Null: it did not finish. */
  finishReason: z.string().nullable(),
  upstreamModel: z.string().nullable(),
});

const request = z.object({
  id: z.string(),
  keyId: z.string(),
  model: z.string(),
  state: z.enum(states),
  createdAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  /** The most it could have cost: what was held. */
  heldNanoUsd: nanoUsdText,
  /** Null while it is not known. */
  costNanoUsd: nanoUsdText.nullable(),
  chargedNanoUsd: nanoUsdText.nullable(),
  usage: usage.nullable(),
  /** How it went for its client; null while it is under way, and when nobody told. */
  telemetry: telemetry.nullable(),
});

/** Fewer than a page, even none, may be followed by more. */
export const requestsAnswer = z
  .object({ requests: z.array(request), nextPageToken: z.string().nullable() })
  .meta({ id: 'Requests' });

export const receiptAnswer = request
  .extend({
    /** What the cost is made of: their sum, rounded up once to a nano-USD, is the cost. */
    items: z.array(
      z.object({ kind: z.string(), tokens: z.int(), picoUsdPerToken: picoUsdText, picoUsd: picoUsdText }),
    ),
    priceId: z.string(),
    priceSource: z.string(),
    /** Of the list price, in hundredths of a percent; null: the list price. */
    planBasisPoints: z.int().nullable(),
  })
  .meta({ id: 'Receipt' });

export type RequestsQuery = z.infer<typeof requestsQuery>;
export type RequestsAnswer = z.infer<typeof requestsAnswer>;
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;
