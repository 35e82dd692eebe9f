import { z } from 'zod';
import { nanoUsdText, timestamp, uuid } from '../contract-primitives.js';

const perMinute = z.int().min(1).max(2_147_483_647).nullable();

const settings = z.object({
  name: z.string().min(1, 'must not be empty').max(100),
  /** Public model ids, `*` matching any run of characters. Empty: every model. */
  allowedModels: z.array(z.string().min(1).max(100)).max(100),
  /** Null: not limited. */
  requestsPerMinute: perMinute,
  tokensPerMinute: perMinute,
  /** The most it may cost in a calendar month (UTC); null: no budget. */
  monthlyBudgetNanoUsd: nanoUsdText.nullable(),
  /** Null: never. */
  expiresAt: timestamp.nullable(),
});

export const keyAnswer = settings
  .extend({
    id: uuid,
    /** What may be shown of the secret. */
    display: z.string(),
    state: z.enum(['active', 'disabled', 'expired', 'revoked']),
    createdAt: timestamp,
    /** A person's id, or an operator's name; empty: not known. */
    createdBy: z.string(),
    /** To some minutes; null: never. */
    lastUsedAt: timestamp.nullable(),
    /** The key that took its place. */
    rotatedTo: uuid.nullable(),
  })
  .meta({ id: 'Key' });

export const keysAnswer = z.object({ keys: z.array(keyAnswer) }).meta({ id: 'Keys' });

/** The only answer that ever tells the secret. */
export const newKeyAnswer = z.object({ key: keyAnswer, secret: z.string() }).meta({ id: 'NewKey' });

export const createKeyBody = settings.meta({ id: 'KeySettings' });

/** What is left out stays as it is. */
export const changeKeyBody = settings.extend({ disabled: z.boolean() }).partial().meta({ id: 'KeyChange' });

export const rotateKeyBody = z
  .object({
    /** How long the old key still works. */
    overlapSeconds: z.int().min(0).max(2_592_000),
  })
  .meta({ id: 'KeyRotation' });

export const keyEventsAnswer = z
  .object({
    events: z.array(
      z.object({
        kind: z.string(),
        at: timestamp,
        author: z.string(),
        address: z.string(),
        /** What was set, as JSON. */
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'KeyEvents' });

const count = z.int().min(0);

export const limitUseAnswer = z
  .object({
    /** Of the keys that work and have such limits; one that is not here is not known at the moment. */
    uses: z.array(
      z.object({
        keyId: uuid,
        requests: count,
        /** Of requests under way, what they are expected to use. */
        tokens: count,
      }),
    ),
  })
  .meta({ id: 'LimitUse' });

export type KeyAnswer = z.infer<typeof keyAnswer>;
export type KeysAnswer = z.infer<typeof keysAnswer>;
export type NewKeyAnswer = z.infer<typeof newKeyAnswer>;
export type CreateKeyBody = z.infer<typeof createKeyBody>;
export type ChangeKeyBody = z.infer<typeof changeKeyBody>;
export type RotateKeyBody = z.infer<typeof rotateKeyBody>;
export type KeyEventsAnswer = z.infer<typeof keyEventsAnswer>;
export type LimitUseAnswer = z.infer<typeof limitUseAnswer>;
