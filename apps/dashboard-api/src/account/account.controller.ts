import { Controller, Get, Inject } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { OrganisationMembership } from '@tokenroute/contracts';
import { CurrentOrganisation } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';
import { type AccountAnswer, accountAnswer } from './account-contract.js';
import { toAccountAnswer } from './to-account-answer.js';

@Controller('api/organisations/:organisationId/account')
@ApiParam({ name: 'organisationId', type: String })
export class AccountController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get()
  @ApiResponse({
    status: 200,
    description: 'The balance and what of it is held.',
    standardSchema: accountAnswer,
  })
  async show(@CurrentOrganisation() { organisationId }: OrganisationMembership): Promise<AccountAnswer> {
    const { account } = await this.billing.query.getAccount({ id: organisationId });
    return toAccountAnswer(account!);
  }
}
