import { Injectable } from '@nestjs/common';
import type { QuoteRequest, QuoteResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { AccountService } from '../accounts/account.service.js';
import { ceiling } from '../pricing/ceiling.js';
import { PriceBook } from '../pricing/price-book.js';

/** What a request would be held for, without holding it. */
@Injectable()
export class QuoteService {
  constructor(
    private readonly priceBook: PriceBook,
    private readonly accounts: AccountService,
  ) {}

  /** @throws Fault not-found */
  async quote(request: QuoteRequest): Promise<QuoteResponse> {
    const offer = this.priceBook.ofAccount(request.accountId, request.model, new Date());
    if (!offer) throw new Fault('not-found', 'This model has no price in force.', { param: 'model' });
    const { balanceNanoUsd, heldNanoUsd } = await this.accounts.get(request.accountId);
    return {
      ceilingNanoUsd: ceiling(request, offer.price),
      priceId: offer.price.id,
      pricePlanId: offer.plan?.id,
      availableNanoUsd: balanceNanoUsd - heldNanoUsd,
    };
  }
}
