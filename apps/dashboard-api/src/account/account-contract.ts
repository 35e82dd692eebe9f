import { z } from 'zod';
import { nanoUsdText, uuid } from '../contract-primitives.js';

export const accountAnswer = z
  .object({
    id: uuid,
    balanceNanoUsd: nanoUsdText,
    /** Of the balance: kept for requests under way. */
    heldNanoUsd: nanoUsdText,
    availableNanoUsd: nanoUsdText,
    /** Why it takes no new requests; null: it does. */
    frozenReason: z.string().nullable(),
  })
  .meta({ id: 'Account' });

export type AccountAnswer = z.infer<typeof accountAnswer>;
