import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { OrganisationMembership } from '@tokenroute/contracts';
import { CurrentOrganisation } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';
import { fromUsageQuery, toUsageAnswer } from './to-usage-answer.js';
import { type UsageAnswer, usageAnswer, usageQuery, type UsageQuery } from './usage-contract.js';

@Controller('api/organisations/:organisationId/usage')
@ApiParam({ name: 'organisationId', type: String })
export class UsageController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get()
  @ApiResponse({
    status: 200,
    description: 'What was used and paid, as the ledger has it.',
    standardSchema: usageAnswer,
  })
  async show(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Query({ schema: usageQuery }) query: UsageQuery,
  ): Promise<UsageAnswer> {
    return toUsageAnswer(await this.billing.query.getUsage(fromUsageQuery(organisationId, query)));
  }
}
