import { z } from 'zod';
import { accountAnswer } from '../account/account-contract.js';
import { nanoUsdText, timestamp, uuid } from '../contract-primitives.js';

export const administeredAccountAnswer = accountAnswer
  .extend({ email: z.string(), createdAt: timestamp })
  .meta({ id: 'AdministeredAccount' });

export const accountsQuery = z
  .object({
    /** A part of the organisation's name or of the e-mail address, or an id; left out: every account. */
    text: z.string().max(200).optional(),
    onlyFrozen: z.enum(['true', 'false']).optional(),
    pageToken: z.string().max(100).optional(),
  })
  .meta({ id: 'AccountsQuery' });

/** The newest first. */
export const accountsAnswer = z
  .object({
    accounts: z.array(
      administeredAccountAnswer
        .extend({
          /** Null: an account without an organisation, such as an operator makes. */
          organisation: z.object({ name: z.string(), members: z.int() }).nullable(),
        })
        .meta({ id: 'ListedAccount' }),
    ),
    /** Null: there are no more. */
    nextPageToken: z.string().nullable(),
  })
  .meta({ id: 'Accounts' });

export const grantBody = z
  .object({
    /** Chosen by the page: the same id again is the same grant. */
    id: uuid,
    amountNanoUsd: nanoUsdText.refine((text) => !text.startsWith('-'), 'must not be negative'),
  })
  .meta({ id: 'CreditGrant' });

export const freezeBody = z
  .object({ reason: z.string().trim().min(1, 'must not be empty').max(200) })
  .meta({ id: 'Freeze' });

export const ledgerProofAnswer = z
  .object({
    invariants: z.array(z.object({ invariant: z.string(), violations: z.int(), rows: z.array(z.string()) })),
  })
  .meta({ id: 'LedgerProof' });

export const houseLossAnswer = z
  .object({
    totals: z.array(z.object({ reason: z.string(), transactions: z.string(), amountNanoUsd: nanoUsdText })),
    /** Holds that expired and were never settled; their amounts are the most it can be. */
    expiredHolds: z.string(),
    expiredHoldsNanoUsd: nanoUsdText,
  })
  .meta({ id: 'HouseLoss' });

const deadLetter = z.object({
  id: z.string(),
  receivedAt: timestamp,
  reason: z.string(),
  attempts: z.int(),
  /** Of its last replay; empty: never. */
  outcome: z.string(),
  holdIds: z.array(z.string()),
});

export const deadLettersAnswer = z
  .object({ letters: z.array(deadLetter), uncharged: z.int() })
  .meta({ id: 'DeadLetters' });

export const replayBody = z
  .object({
    ids: z
      .array(z.string().regex(/^\d{1,18}$/))
      .min(1)
      .max(500),
  })
  .meta({ id: 'Replay' });

export type AccountsQuery = z.infer<typeof accountsQuery>;
export type AccountsAnswer = z.infer<typeof accountsAnswer>;
export type AdministeredAccountAnswer = z.infer<typeof administeredAccountAnswer>;
export type GrantBody = z.infer<typeof grantBody>;
export type FreezeBody = z.infer<typeof freezeBody>;
export type LedgerProofAnswer = z.infer<typeof ledgerProofAnswer>;
export type HouseLossAnswer = z.infer<typeof houseLossAnswer>;
export type DeadLettersAnswer = z.infer<typeof deadLettersAnswer>;
export type ReplayBody = z.infer<typeof replayBody>;
