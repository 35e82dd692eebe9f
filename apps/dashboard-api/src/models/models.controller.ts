import { Controller, Get, Inject } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { OrganisationMembership } from '@tokenroute/contracts';
import { CurrentOrganisation } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';
import { type ModelsAnswer, modelsAnswer } from './models-contract.js';
import { toModelsAnswer } from './to-models-answer.js';

@Controller('api/organisations/:organisationId/models')
@ApiParam({ name: 'organisationId', type: String })
export class ModelsController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get()
  @ApiResponse({
    status: 200,
    description: 'Models on offer, with what this account pays.',
    standardSchema: modelsAnswer,
  })
  async list(@CurrentOrganisation() { organisationId }: OrganisationMembership): Promise<ModelsAnswer> {
    const { models } = await this.billing.query.listModels({ accountId: organisationId });
    return toModelsAnswer(models);
  }
}
