import { Inject, Injectable } from '@nestjs/common';
import type { AccountFreeze } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import { LOGGER } from '../tokens.js';
import { FreezeRepository } from './freeze.repository.js';
import { requiredText } from './top-up-rules.js';

/** What an operator does with an account that may not spend: a repeat changes nothing. */
@Injectable()
export class AccountFreezeService {
  constructor(
    private readonly freezes: FreezeRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Fault invalid-request naming the field; not-found */
  async freeze(accountId: string, reason: string, operator: string): Promise<AccountFreeze> {
    const why = requiredText('reason', reason);
    const who = requiredText('operator', operator);
    await this.find(accountId);
    await this.freezes.freeze(accountId, why, who);
    this.logger.info({ account: accountId, reason: why, operator: who }, 'accounts: frozen');
    return this.find(accountId);
  }

  /** @throws Fault invalid-request naming the field; not-found */
  async unfreeze(accountId: string, operator: string): Promise<AccountFreeze> {
    const who = requiredText('operator', operator);
    await this.find(accountId);
    await this.freezes.unfreeze(accountId, who);
    this.logger.info({ account: accountId, operator: who }, 'accounts: unfrozen');
    return this.find(accountId);
  }

  private async find(accountId: string): Promise<AccountFreeze> {
    const account = validate(accountId) ? await this.freezes.find(accountId) : null;
    if (!account) throw new Fault('not-found', 'There is no account with this id.', { param: 'account_id' });
    return { accountId: account.accountId, frozenAt: account.frozenAt, reason: account.reason };
  }
}
