import { Injectable } from '@nestjs/common';
import type {
  ListModelUsersResponse,
  PreviewPriceRequest,
  PreviewPriceResponse,
  RepricedTokens,
} from '@tokenroute/contracts';
import { roundUpToNanoUsd } from '@tokenroute/money';
import { AccountRepository } from '../accounts/account.repository.js';
import type { Price } from '../pricing/price.js';
import { PriceBook } from '../pricing/price-book.js';
import { PriceEffect } from '../pricing/price-effect.js';
import { addedPrice, unknownModel } from './catalogue.service.js';
import { ChargedUsesRepository } from './charged-uses.repository.js';
import { refused } from './model-changes.js';
import { ModelRepository } from './model.repository.js';
import { newPrice } from './new-price.js';
import { PriceListRepository } from './price-list.repository.js';
import { toContractPrice } from './to-contract-model.js';

const lookedAtMs = 30 * 86_400_000;
/** An administrator waits for it: what is looked at by then is what is told. */
const lookForMs = 8_000;
const accountsTold = 20;
const usersTold = 100;

/** What a change of the catalogue would mean for whom, before it is made. */
@Injectable()
export class PricePreviewService {
  constructor(
    private readonly models: ModelRepository,
    private readonly prices: PriceListRepository,
    private readonly priceBook: PriceBook,
    private readonly charges: ChargedUsesRepository,
    private readonly accounts: AccountRepository,
  ) {}

  /** @throws Fault whatever adding the price would be refused with */
  async preview({ price: wanted }: PreviewPriceRequest): Promise<PreviewPriceResponse> {
    if (!wanted) throw refused('price', 'is required');
    const draft = newPrice(wanted);
    const after = addedPrice(await this.prices.rehearse(draft), wanted.model);
    const before = this.priceBook.inForce(after.modelId, after.effectiveFrom);
    const { effect, since } = await this.effectOf(before, after);
    const affected = effect.affected();
    const emails = await this.accounts.emailsOf(affected.slice(0, accountsTold).map(([id]) => id));
    return {
      before: before ? toContractPrice(before) : undefined,
      // The number of its rehearsal is nobody's.
      after: { ...toContractPrice(after), id: 0n },
      since,
      requests: effect.total.requests,
      beforeNanoUsd: effect.total.before,
      afterNanoUsd: effect.total.after,
      tokens: tokensOf(effect),
      affectedAccounts: affected.length,
      accounts: affected.slice(0, accountsTold).map(([accountId, { requests, before, after }]) => ({
        accountId,
        email: emails.get(accountId) ?? '',
        requests,
        beforeNanoUsd: before,
        afterNanoUsd: after,
      })),
    };
  }

  /** @throws Fault not-found */
  async usersOf(modelId: string): Promise<ListModelUsersResponse> {
    if (!(await this.models.exists(modelId))) throw unknownModel(modelId);
    const since = new Date(Date.now() - lookedAtMs);
    const { users, accounts } = await this.charges.usersOf(modelId, since, usersTold);
    return {
      accounts,
      users: users.map((row) => ({
        accountId: row.account_id,
        email: row.email,
        requests: row.requests,
        chargedNanoUsd: row.charged_nano_usd,
        lastHour: row.last_hour,
      })),
    };
  }

  private async effectOf(before: Price | null, after: Price): Promise<{ effect: PriceEffect; since: Date }> {
    const { modelId, effectiveFrom } = after;
    const planOf = (accountId: string) => this.priceBook.planOf(accountId, modelId, effectiveFrom);
    const effect = new PriceEffect(before, after, planOf);
    const now = Date.now();
    let since = new Date(now - lookedAtMs);
    for await (const { uses, toldSince } of this.charges.ofModel(modelId, since)) {
      for (const use of uses) effect.add(use);
      since = toldSince;
      if (Date.now() - now > lookForMs) break;
    }
    return { effect, since };
  }
}

function tokensOf({ byKind }: PriceEffect): RepricedTokens[] {
  return [...byKind].map(([kind, { tokens, before, after }]) => ({
    kind,
    tokens,
    beforeNanoUsd: roundUpToNanoUsd(before),
    afterNanoUsd: roundUpToNanoUsd(after),
  }));
}
