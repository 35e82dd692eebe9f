import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  CreateTopUpRequest,
  CreateTopUpResponse,
  FreezeAccountRequest,
  FreezeAccountResponse,
  GetTopUpSettingsRequest,
  GetTopUpSettingsResponse,
  ListPaymentEventsRequest,
  ListPaymentEventsResponse,
  ListPaymentsRequest,
  ListPaymentsResponse,
  RetryPaymentEventRequest,
  RetryPaymentEventResponse,
  SetTopUpSettingsRequest,
  SetTopUpSettingsResponse,
  UnfreezeAccountRequest,
  UnfreezeAccountResponse,
} from '@tokenroute/contracts';
import { AccountFreezeService } from './account-freeze.service.js';
import { PaymentEventsService } from './payment-events.service.js';
import { TopUpSettingsService } from './top-up-settings.service.js';
import { TopUpService } from './top-up.service.js';

/** BillingPaymentsService: money that comes in, and what may be done about it. */
@Controller()
export class PaymentsController {
  constructor(
    private readonly topUps: TopUpService,
    private readonly settings: TopUpSettingsService,
    private readonly freezes: AccountFreezeService,
    private readonly events: PaymentEventsService,
  ) {}

  @GrpcMethod('BillingPaymentsService', 'createTopUp')
  async createTopUp(request: CreateTopUpRequest): Promise<CreateTopUpResponse> {
    return this.topUps.create(request);
  }

  @GrpcMethod('BillingPaymentsService', 'listPayments')
  async listPayments(request: ListPaymentsRequest): Promise<ListPaymentsResponse> {
    return this.topUps.list(request);
  }

  @GrpcMethod('BillingPaymentsService', 'getTopUpSettings')
  async getTopUpSettings({ accountId }: GetTopUpSettingsRequest): Promise<GetTopUpSettingsResponse> {
    return { settings: await this.settings.get(accountId) };
  }

  @GrpcMethod('BillingPaymentsService', 'setTopUpSettings')
  async setTopUpSettings({ settings }: SetTopUpSettingsRequest): Promise<SetTopUpSettingsResponse> {
    return { settings: await this.settings.set(settings) };
  }

  @GrpcMethod('BillingPaymentsService', 'freezeAccount')
  async freezeAccount(request: FreezeAccountRequest): Promise<FreezeAccountResponse> {
    return { freeze: await this.freezes.freeze(request.accountId, request.reason, request.operator) };
  }

  @GrpcMethod('BillingPaymentsService', 'unfreezeAccount')
  async unfreezeAccount(request: UnfreezeAccountRequest): Promise<UnfreezeAccountResponse> {
    return { freeze: await this.freezes.unfreeze(request.accountId, request.operator) };
  }

  @GrpcMethod('BillingPaymentsService', 'listPaymentEvents')
  async listPaymentEvents(request: ListPaymentEventsRequest): Promise<ListPaymentEventsResponse> {
    return { events: await this.events.list(request.state, request.pageSize) };
  }

  @GrpcMethod('BillingPaymentsService', 'retryPaymentEvent')
  async retryPaymentEvent({ id }: RetryPaymentEventRequest): Promise<RetryPaymentEventResponse> {
    await this.events.retry(id);
    return {};
  }
}
