import { z } from 'zod';
import { nanoUsdText, timestamp, uuid } from '../contract-primitives.js';

export const groupings = ['hour', 'day', 'key', 'model'] as const;

const fullHour = timestamp.refine((time) => Date.parse(time) % 3_600_000 === 0, 'must be a full hour');

export const usageQuery = z.object({
  /** What was charged from the first on and before the second. */
  from: fullHour,
  to: fullHour,
  /** With commas between; none: one sum. */
  groupBy: z
    .string()
    .optional()
    .transform((text) => (text ? text.split(',') : []))
    .pipe(z.array(z.enum(groupings)).max(3)),
  keyId: uuid.optional(),
  model: z.string().max(200).optional(),
  /** Also how the requests went. */
  withTelemetry: z
    .enum(['true', 'false'])
    .optional()
    .transform((text) => text === 'true'),
});

const count = z.string().regex(/^\d+$/);

const sum = z.object({
  requests: count,
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  outputTokens: count,
  reasoningTokens: count,
  /** The price of what was used, and what of it was paid. */
  costNanoUsd: nanoUsdText,
  chargedNanoUsd: nanoUsdText,
});

/** Milliseconds, each at most 8.7 % from the true one. */
const percentiles = z.object({ requests: count, p50Ms: z.int(), p95Ms: z.int(), p99Ms: z.int() });

/** Of the requests that ended in the time asked for and told how; the last ones come some seconds later. */
const telemetry = z.object({
  requests: count,
  /** Answered with something else than 200 while their client was there. */
  failed: count,
  cancelled: count,
  /** Of those answered with 200; null: there are none. */
  duration: percentiles.nullable(),
  /** Of streams answered with 200, to their first bytes; null: there are none. */
  firstToken: percentiles.nullable(),
});

export const usageAnswer = z
  .object({
    groups: z.array(
      z.object({
        /** Null, like the others, when it is not grouped by. */
        beginsAt: timestamp.nullable(),
        keyId: uuid.nullable(),
        model: z.string().nullable(),
        sum,
      }),
    ),
    total: sum,
    /** Null when it was not asked for. */
    telemetry: telemetry.nullable(),
  })
  .meta({ id: 'Usage' });

export type UsageQuery = z.infer<typeof usageQuery>;
export type UsageAnswer = z.infer<typeof usageAnswer>;
