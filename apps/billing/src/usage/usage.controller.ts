import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetUsageRequest,
  GetUsageResponse,
  ListRequestsRequest,
  ListRequestsResponse,
} from '@tokenroute/contracts';
import { RequestLogService } from './request-log.service.js';
import { UsageService } from './usage.service.js';

/** BillingQueryService: what an account used. */
@Controller()
export class UsageController {
  constructor(
    private readonly usage: UsageService,
    private readonly log: RequestLogService,
  ) {}

  @GrpcMethod('BillingQueryService', 'getUsage')
  async getUsage(request: GetUsageRequest): Promise<GetUsageResponse> {
    return this.usage.get(request);
  }

  @GrpcMethod('BillingQueryService', 'listRequests')
  async listRequests(request: ListRequestsRequest): Promise<ListRequestsResponse> {
    return this.log.list(request);
  }
}
