import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiParam, ApiResponse } from '@nestjs/swagger';
import type { OrganisationMembership } from '@tokenroute/contracts';
import { CurrentOrganisation } from '../access/caller.js';
import { BillingService } from '../services/billing-service.js';
import {
  type ReceiptAnswer,
  receiptAnswer,
  type RequestsAnswer,
  requestsAnswer,
  type RequestsQuery,
  requestsQuery,
} from './requests-contract.js';
import { toReceiptAnswer, toRequestsAnswer } from './to-requests-answer.js';

const pageSize = 50;

/** The log of requests, without what was said in them: that is nowhere kept. */
@Controller('api/organisations/:organisationId/requests')
@ApiParam({ name: 'organisationId', type: String })
export class RequestsController {
  constructor(@Inject(BillingService) private readonly billing: BillingService) {}

  @Get()
  @ApiResponse({ status: 200, description: 'Requests, the newest first.', standardSchema: requestsAnswer })
  async list(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Query({ schema: requestsQuery }) query: RequestsQuery,
  ): Promise<RequestsAnswer> {
    const { keyId = '', model = '', state = '', result = '', from, to, pageToken = '' } = query;
    const answer = await this.billing.query.listRequests({
      accountId: organisationId,
      keyId,
      model,
      state,
      result,
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
      pageSize,
      pageToken,
    });
    return toRequestsAnswer(answer);
  }

  @Get(':requestId')
  @ApiResponse({ status: 200, description: 'The receipt of one request.', standardSchema: receiptAnswer })
  async receipt(
    @CurrentOrganisation() { organisationId }: OrganisationMembership,
    @Param('requestId') requestId: string,
  ): Promise<ReceiptAnswer> {
    return toReceiptAnswer(await this.billing.query.getHold({ id: requestId, accountId: organisationId }));
  }
}
