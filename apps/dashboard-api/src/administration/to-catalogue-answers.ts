import type {
  ListCatalogueEventsResponse,
  ListModelUsersResponse,
  Model,
  PreviewPriceResponse,
  Price,
} from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import { toPriceAnswer } from '../models/to-models-answer.js';
import type {
  AdministeredModelAnswer,
  BookedPriceAnswer,
  CatalogueEventsAnswer,
  ModelUsersAnswer,
  PricePreviewAnswer,
} from './catalogue-contract.js';

export function toAdministeredModel(model: Model): AdministeredModelAnswer {
  return {
    id: model.id,
    provider: model.provider,
    upstreamModel: model.upstreamModel,
    ownedBy: model.ownedBy,
    contextTokens: model.contextTokens,
    maxOutputTokens: model.maxOutputTokens,
    capabilities: model.capabilities,
    deprecatedAt: timestampOf(model.deprecatedAt),
    replacedBy: model.replacedBy || null,
    retiredAt: timestampOf(model.retiredAt),
    price: model.price ? toPriceAnswer(model.price) : null,
  };
}

export function toBookedPrice(price: Price): BookedPriceAnswer {
  return { id: price.id.toString(), ...toPriceAnswer(price), source: price.source };
}

export function toPricePreview(preview: PreviewPriceResponse): PricePreviewAnswer {
  return {
    before: preview.before ? toPriceAnswer(preview.before) : null,
    after: toPriceAnswer(preview.after!),
    since: preview.since!.toISOString(),
    requests: preview.requests.toString(),
    ...toRepriced(preview),
    tokens: preview.tokens.map((each) => ({
      kind: each.kind,
      tokens: each.tokens.toString(),
      ...toRepriced(each),
    })),
    affectedAccounts: preview.affectedAccounts,
    accounts: preview.accounts.map((each) => ({
      id: each.accountId,
      email: each.email,
      requests: each.requests.toString(),
      ...toRepriced(each),
    })),
  };
}

export function toModelUsers({ users, accounts }: ListModelUsersResponse): ModelUsersAnswer {
  return {
    accounts,
    users: users.map(({ accountId, email, requests, chargedNanoUsd, lastHour }) => ({
      id: accountId,
      email,
      requests: requests.toString(),
      chargedNanoUsd: chargedNanoUsd.toString(),
      lastHour: lastHour!.toISOString(),
    })),
  };
}

export function toCatalogueEvents({ events }: ListCatalogueEventsResponse): CatalogueEventsAnswer {
  return {
    events: events.map(({ id, what, at, by, changes }) => ({
      id: id.toString(),
      what,
      at: at!.toISOString(),
      by,
      changes,
    })),
  };
}

function toRepriced({ beforeNanoUsd, afterNanoUsd }: { beforeNanoUsd: bigint; afterNanoUsd: bigint }) {
  return { beforeNanoUsd: beforeNanoUsd.toString(), afterNanoUsd: afterNanoUsd.toString() };
}
