import { Injectable } from '@nestjs/common';
import type { Account } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { formatUsd } from '@tokenroute/money';
import { v7 as uuidv7, validate } from 'uuid';
import { z } from 'zod';
import { AccountRepository } from './account.repository.js';

/** One billion USD: far above any sane grant, far below what a BIGINT of nano-USD holds. */
const maxAmountNanoUsd = 1_000_000_000n * 1_000_000_000n;
const emailSchema = z.email().max(254);

@Injectable()
export class AccountService {
  constructor(private readonly accounts: AccountRepository) {}

  /** @throws Fault not-found */
  async get(id: string): Promise<Account> {
    const account = validate(id) ? await this.accounts.find(id) : null;
    if (!account) throw new Fault('not-found', 'There is no account with this id.', { param: 'id' });
    return account;
  }

  /** @throws Fault invalid-request naming the field */
  async create(email: string, creditNanoUsd: bigint): Promise<Account> {
    if (!emailSchema.safeParse(email).success) {
      throw new Fault('invalid-request', 'email: not an e-mail address.', { param: 'email' });
    }
    if (creditNanoUsd < 0n || creditNanoUsd > maxAmountNanoUsd) {
      throw invalidAmount('credit_nano_usd', '0', creditNanoUsd);
    }
    const id = uuidv7();
    await this.accounts.insert(id, email);
    // The account's own id as the grant's: a repeat of this step could not give twice.
    if (creditNanoUsd > 0n) await this.accounts.grantCredit(id, id, creditNanoUsd);
    return this.get(id);
  }

  /** @throws Fault invalid-request, not-found, conflict (the grant id was used for another grant) */
  async grantCredit(accountId: string, amountNanoUsd: bigint, grantId: string): Promise<Account> {
    if (!validate(grantId))
      throw new Fault('invalid-request', 'grant_id: not a UUID.', { param: 'grant_id' });
    if (amountNanoUsd <= 0n || amountNanoUsd > maxAmountNanoUsd) {
      throw invalidAmount('amount_nano_usd', '0.000000001', amountNanoUsd);
    }
    await this.get(accountId);
    const outcome = await this.accounts.grantCredit(grantId, accountId, amountNanoUsd);
    if (outcome === 'conflict') {
      throw new Fault('conflict', 'grant_id: this id was used for another grant.', { param: 'grant_id' });
    }
    return this.get(accountId);
  }
}

function invalidAmount(param: string, least: string, amount: bigint): Fault {
  const range = `${least} to ${formatUsd(maxAmountNanoUsd)} USD`;
  return new Fault('invalid-request', `${param}: must be ${range}, not ${formatUsd(amount)}.`, { param });
}
