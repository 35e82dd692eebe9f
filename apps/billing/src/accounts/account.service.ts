import { Injectable } from '@nestjs/common';
import type { Account, ListAccountsRequest, ListAccountsResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { formatUsd } from '@tokenroute/money';
import { v7 as uuidv7, validate } from 'uuid';
import { z } from 'zod';
import { readPageToken, toPageToken } from '../usage/page-token.js';
import { AccountRepository, toAccount } from './account.repository.js';

/** One billion USD: far above any sane grant, far below what a BIGINT of nano-USD holds. */
const maxAmountNanoUsd = 1_000_000_000n * 1_000_000_000n;
const maxOperatorLength = 200;
const maxTextLength = 200;
const maxIds = 1_000;
const defaultPageSize = 50;
const maxPageSize = 200;
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
  async list(request: ListAccountsRequest): Promise<ListAccountsResponse> {
    const { ids, onlyFrozen, pageToken } = request;
    const text = request.text.trim();
    if (text.length > maxTextLength) throw invalid('text', `at most ${maxTextLength} characters`);
    if (ids.length > maxIds) throw invalid('ids', `at most ${maxIds}`);
    if (!ids.every((id) => validate(id))) throw invalid('ids', 'must be UUIDs');
    if (request.pageSize > maxPageSize) throw invalid('page_size', `must be 1 to ${maxPageSize}`);
    const after = pageToken === '' ? null : readPageToken(pageToken);
    if (pageToken !== '' && !after) throw invalid('page_token', 'is not one of a page before');
    const pageSize = request.pageSize || defaultPageSize;
    const rows = await this.accounts.page({ text, ids, onlyFrozen, after, pageSize: pageSize + 1 });
    const page = rows.slice(0, pageSize);
    return {
      accounts: page.map(toAccount),
      nextPageToken: rows.length > pageSize ? toPageToken(page.at(-1)!) : '',
    };
  }

  /**
   * @param chosenId by which a repeat gives back the account that there is; absent: a new account
   * @throws Fault invalid-request naming the field
   */
  async create(email: string, creditNanoUsd: bigint, chosenId?: string): Promise<Account> {
    if (chosenId !== undefined && !validate(chosenId)) {
      throw invalid('id', 'not a UUID');
    }
    if (!emailSchema.safeParse(email).success) {
      throw invalid('email', 'not an e-mail address');
    }
    if (creditNanoUsd < 0n || creditNanoUsd > maxAmountNanoUsd) {
      throw invalidAmount('credit_nano_usd', '0', creditNanoUsd);
    }
    const id = chosenId ?? uuidv7();
    await this.accounts.insert(id, email);
    // The account's own id as the grant's: a repeat of this step could not give twice.
    if (creditNanoUsd > 0n) await this.accounts.grantCredit(id, id, creditNanoUsd);
    return this.get(id);
  }

  /** @throws Fault invalid-request, not-found, conflict (the grant id was used for another grant) */
  async grantCredit(
    accountId: string,
    amountNanoUsd: bigint,
    grantId: string,
    operator = '',
  ): Promise<Account> {
    if (operator.length > maxOperatorLength)
      throw invalid('operator', `at most ${maxOperatorLength} characters`);
    if (!validate(grantId)) throw invalid('grant_id', 'not a UUID');
    if (amountNanoUsd <= 0n || amountNanoUsd > maxAmountNanoUsd) {
      throw invalidAmount('amount_nano_usd', '0.000000001', amountNanoUsd);
    }
    await this.get(accountId);
    const outcome = await this.accounts.grantCredit(grantId, accountId, amountNanoUsd, operator.trim());
    if (outcome === 'conflict') {
      throw new Fault('conflict', 'grant_id: this id was used for another grant.', { param: 'grant_id' });
    }
    return this.get(accountId);
  }
}

function invalid(param: string, problem: string): Fault {
  return new Fault('invalid-request', `${param}: ${problem}.`, { param });
}

function invalidAmount(param: string, least: string, amount: bigint): Fault {
  const range = `${least} to ${formatUsd(maxAmountNanoUsd)} USD`;
  return new Fault('invalid-request', `${param}: must be ${range}, not ${formatUsd(amount)}.`, { param });
}
