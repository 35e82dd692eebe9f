import { z } from 'zod';
import { nanoUsdText, picoUsdText, timestamp, uuid } from '../contract-primitives.js';
import { priceAnswer } from '../models/models-contract.js';

/** A model as administrators see it: also one that nobody can buy. */
const administeredModel = z
  .object({
    id: z.string(),
    provider: z.string(),
    upstreamModel: z.string(),
    ownedBy: z.string(),
    contextTokens: z.int(),
    maxOutputTokens: z.int(),
    capabilities: z.array(z.string()),
    deprecatedAt: timestamp.nullable(),
    replacedBy: z.string().nullable(),
    /** From then on it is not on offer; null: it stays. */
    retiredAt: timestamp.nullable(),
    /** The list price in force; null: none, so it is not on offer. */
    price: priceAnswer.nullable(),
  })
  .meta({ id: 'AdministeredModel' });

export const catalogueAnswer = z.object({ models: z.array(administeredModel) }).meta({ id: 'Catalogue' });

export const administeredModelAnswer = administeredModel;

/** Only what is there is changed; a new model needs all but the last four. Null takes a value back. */
export const modelBody = z
  .object({
    provider: z.string(),
    upstreamModel: z.string(),
    ownedBy: z.string(),
    contextTokens: z.int().min(0).max(2_000_000_000),
    maxOutputTokens: z.int().min(0).max(2_000_000_000),
    capabilities: z.array(z.string()).max(20),
    deprecatedAt: timestamp.nullable(),
    replacedBy: z.string().nullable(),
    retiredAt: timestamp.nullable(),
  })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'nothing to change')
  .meta({ id: 'ModelChange' });

/** What is left out costs what any input does; billing names what is missing. */
const newRates = z
  .object({
    inputPicoUsd: picoUsdText,
    cachedInputPicoUsd: picoUsdText,
    cacheWrite5mPicoUsd: picoUsdText,
    cacheWrite1hPicoUsd: picoUsdText,
    audioInputPicoUsd: picoUsdText,
    outputPicoUsd: picoUsdText,
  })
  .partial();

export const priceBody = z
  .object({
    rates: newRates,
    longContext: z.object({ aboveTokens: z.int().min(0).max(2_000_000_000), rates: newRates }).nullable(),
    peak: z.object({ hours: z.string().max(200), percent: z.int().min(0).max(100_000) }).nullable(),
    /** Null: from now on. */
    effectiveFrom: timestamp.nullable(),
    source: z.string().max(500),
  })
  .meta({ id: 'NewPrice' });

const bookedPrice = priceAnswer.extend({ id: z.string(), source: z.string() }).meta({ id: 'BookedPrice' });

export const bookedPriceAnswer = bookedPrice;

/** The newest first, those that are yet to come included. */
export const pricesAnswer = z.object({ prices: z.array(bookedPrice) }).meta({ id: 'Prices' });

const repriced = { beforeNanoUsd: nanoUsdText, afterNanoUsd: nanoUsdText };

export const pricePreviewAnswer = z
  .object({
    /** In force from the same moment on if nothing is added; null: none. */
    before: priceAnswer.nullable(),
    after: priceAnswer,
    /** The model's charges since then were looked at, all of them. */
    since: timestamp,
    requests: z.string(),
    ...repriced,
    tokens: z.array(z.object({ kind: z.string(), tokens: z.string(), ...repriced })),
    affectedAccounts: z.int(),
    /** Those for which it makes most. */
    accounts: z.array(z.object({ id: uuid, email: z.string(), requests: z.string(), ...repriced })),
  })
  .meta({ id: 'PricePreview' });

export const modelUsersAnswer = z
  .object({
    /** Who paid most in the last 30 days first; at most 100. */
    users: z.array(
      z.object({
        id: uuid,
        email: z.string(),
        requests: z.string(),
        chargedNanoUsd: nanoUsdText,
        lastHour: timestamp,
      }),
    ),
    accounts: z.int(),
  })
  .meta({ id: 'ModelUsers' });

export const catalogueEventsAnswer = z
  .object({
    events: z.array(
      z.object({
        id: z.string(),
        what: z.string(),
        at: timestamp,
        by: z.string(),
        changes: z.array(z.object({ column: z.string(), before: z.string(), after: z.string() })),
      }),
    ),
  })
  .meta({ id: 'CatalogueEvents' });

export type CatalogueAnswer = z.infer<typeof catalogueAnswer>;
export type AdministeredModelAnswer = z.infer<typeof administeredModelAnswer>;
export type ModelBody = z.infer<typeof modelBody>;
export type PriceBody = z.infer<typeof priceBody>;
export type BookedPriceAnswer = z.infer<typeof bookedPriceAnswer>;
export type PricesAnswer = z.infer<typeof pricesAnswer>;
export type PricePreviewAnswer = z.infer<typeof pricePreviewAnswer>;
export type ModelUsersAnswer = z.infer<typeof modelUsersAnswer>;
export type CatalogueEventsAnswer = z.infer<typeof catalogueEventsAnswer>;
