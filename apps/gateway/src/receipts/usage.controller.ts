import { Controller, Get, Param, Req } from '@nestjs/common';
import type { GetHoldResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { BillingQueries } from '../billing/billing-queries.js';
import type { AuthenticatedRequest } from '../http/authentication.js';
import { toUsageReceipt, type UsageReceipt } from './to-usage-receipt.js';

@Controller('v1/usage')
export class UsageController {
  constructor(private readonly billing: BillingQueries) {}

  @Get(':requestId')
  async get(
    @Param('requestId') requestId: string,
    @Req() request: AuthenticatedRequest,
  ): Promise<UsageReceipt> {
    const { accountId } = request.apiKey;
    const hold = await this.find(requestId, accountId);
    // Somebody else's request is answered like an unknown one: whether it exists is not the caller's to know.
    if (hold?.accountId !== accountId) {
      const message = 'There is no request of yours with this id. It is the `x-request-id` of an answer.';
      throw new Fault('not-found', message, { param: 'request_id' });
    }
    return toUsageReceipt(hold);
  }

  private async find(id: string, accountId: string): Promise<GetHoldResponse | null> {
    try {
      return await this.billing.hold(id, accountId);
    } catch (error) {
      if (error instanceof Fault && error.code === 'not-found') return null;
      throw error;
    }
  }
}
