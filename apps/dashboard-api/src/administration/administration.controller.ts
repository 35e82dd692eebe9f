import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { FindOrganisationsRequest, Organisation } from '@tokenroute/contracts';
import { Operator } from '../access/caller.js';
import { AuthService } from '../services/auth-service.js';
import { BillingService } from '../services/billing-service.js';
import {
  type AccountsAnswer,
  accountsAnswer,
  type AccountsQuery,
  accountsQuery,
  type AdministeredAccountAnswer,
  administeredAccountAnswer,
  type DeadLettersAnswer,
  deadLettersAnswer,
  type FreezeBody,
  freezeBody,
  type GrantBody,
  grantBody,
  type HouseLossAnswer,
  houseLossAnswer,
  type LedgerProofAnswer,
  ledgerProofAnswer,
  type ReplayBody,
  replayBody,
} from './administration-contract.js';
import {
  toAccountsAnswer,
  toAdministeredAccount,
  toDeadLetters,
  toHouseLoss,
} from './to-administration-answers.js';

const pageSize = 50;

/** For the people whose addresses ADMINISTRATORS names: every account, and the books as a whole. */
@Controller('api/administration')
export class AdministrationController {
  constructor(
    @Inject(BillingService) private readonly billing: BillingService,
    @Inject(AuthService) private readonly auth: AuthService,
  ) {}

  @Get('accounts')
  @ApiQuery({ name: 'text', required: false, type: String })
  @ApiQuery({ name: 'onlyFrozen', required: false, enum: ['true', 'false'] })
  @ApiQuery({ name: 'pageToken', required: false, type: String })
  @ApiResponse({ status: 200, description: 'Accounts, the newest first.', standardSchema: accountsAnswer })
  async accounts(
    @Query({ schema: accountsQuery }) { text = '', onlyFrozen, pageToken = '' }: AccountsQuery,
  ): Promise<AccountsAnswer> {
    // auth knows what organisations are called, billing what accounts have.
    const named = text.trim() === '' ? [] : await this.organisations({ ids: [], namePart: text });
    const { accounts, nextPageToken } = await this.billing.admin.listAccounts({
      text,
      ids: named.map(({ id }) => id),
      onlyFrozen: onlyFrozen === 'true',
      pageSize,
      pageToken,
    });
    const organisations = await this.organisations({ ids: accounts.map(({ id }) => id), namePart: '' });
    return toAccountsAnswer(accounts, organisations, nextPageToken);
  }

  @Get('accounts/:accountId')
  @ApiResponse({ status: 200, description: 'One account.', standardSchema: administeredAccountAnswer })
  async account(@Param('accountId') id: string): Promise<AdministeredAccountAnswer> {
    const { account } = await this.billing.query.getAccount({ id });
    return toAdministeredAccount(account!);
  }

  @Post('accounts/:accountId/credit')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'The account after it.',
    standardSchema: administeredAccountAnswer,
  })
  async grant(
    @Param('accountId') accountId: string,
    @Operator() operator: string,
    @Body({ schema: grantBody }) { id, amountNanoUsd }: GrantBody,
  ): Promise<AdministeredAccountAnswer> {
    const request = { accountId, grantId: id, amountNanoUsd: BigInt(amountNanoUsd), operator };
    const { account } = await this.billing.admin.grantCredit(request);
    return toAdministeredAccount(account!);
  }

  @Post('accounts/:accountId/freeze')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'The account, frozen.',
    standardSchema: administeredAccountAnswer,
  })
  async freeze(
    @Param('accountId') accountId: string,
    @Operator() operator: string,
    @Body({ schema: freezeBody }) { reason }: FreezeBody,
  ): Promise<AdministeredAccountAnswer> {
    await this.billing.payments.freezeAccount({ accountId, reason, operator });
    return this.account(accountId);
  }

  @Post('accounts/:accountId/thaw')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'The account, at work.',
    standardSchema: administeredAccountAnswer,
  })
  async thaw(
    @Param('accountId') accountId: string,
    @Operator() operator: string,
  ): Promise<AdministeredAccountAnswer> {
    await this.billing.payments.unfreezeAccount({ accountId, operator });
    return this.account(accountId);
  }

  @Get('ledger-proof')
  @ApiResponse({
    status: 200,
    description: 'Every invariant of the ledger.',
    standardSchema: ledgerProofAnswer,
  })
  prove(): Promise<LedgerProofAnswer> {
    return this.billing.query.verifyLedger({});
  }

  @Get('house-loss')
  @ApiResponse({ status: 200, description: 'What the house bore.', standardSchema: houseLossAnswer })
  async houseLoss(): Promise<HouseLossAnswer> {
    return toHouseLoss(await this.billing.statements.reportHouseLoss({}));
  }

  @Get('dead-letters')
  @ApiResponse({ status: 200, description: 'What could not be charged.', standardSchema: deadLettersAnswer })
  async deadLetters(): Promise<DeadLettersAnswer> {
    const newest = { withCharged: false, limit: 100, beforeId: 0n };
    return toDeadLetters(await this.billing.deadLetters.listDeadLetters(newest));
  }

  @Post('dead-letters/replay')
  @HttpCode(200)
  @ApiResponse({
    status: 200,
    description: 'What still could not be charged.',
    standardSchema: deadLettersAnswer,
  })
  async replay(@Body({ schema: replayBody }) { ids }: ReplayBody): Promise<DeadLettersAnswer> {
    await this.billing.deadLetters.replayDeadLetters({ ids: ids.map(BigInt) });
    return this.deadLetters();
  }

  private async organisations(request: FindOrganisationsRequest): Promise<Organisation[]> {
    return (await this.auth.people.findOrganisations(request)).organisations;
  }
}
