import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  AddPricePlanRequest,
  AddPricePlanResponse,
  AddPriceRequest,
  AddPriceResponse,
  CreateAccountRequest,
  CreateAccountResponse,
  GrantCreditRequest,
  GrantCreditResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  ListCatalogueEventsRequest,
  ListCatalogueEventsResponse,
  ListModelUsersRequest,
  ListModelUsersResponse,
  ListPricePlansRequest,
  ListPricePlansResponse,
  PreviewPriceRequest,
  PreviewPriceResponse,
  PutModelRequest,
  PutModelResponse,
} from '@tokenroute/contracts';
import { AccountService } from './accounts/account.service.js';
import { CatalogueService } from './catalogue/catalogue.service.js';
import { PricePlanService } from './catalogue/price-plan.service.js';
import { PricePreviewService } from './catalogue/price-preview.service.js';

/** BillingAdminService: what an operator changes. */
@Controller()
export class BillingAdminController {
  constructor(
    private readonly accounts: AccountService,
    private readonly catalogue: CatalogueService,
    private readonly pricePlans: PricePlanService,
    private readonly previews: PricePreviewService,
  ) {}

  @GrpcMethod('BillingAdminService', 'createAccount')
  async createAccount(request: CreateAccountRequest): Promise<CreateAccountResponse> {
    return { account: await this.accounts.create(request.email, request.creditNanoUsd, request.id) };
  }

  @GrpcMethod('BillingAdminService', 'grantCredit')
  async grantCredit(request: GrantCreditRequest): Promise<GrantCreditResponse> {
    const { accountId, amountNanoUsd, grantId, operator } = request;
    return { account: await this.accounts.grantCredit(accountId, amountNanoUsd, grantId, operator) };
  }

  @GrpcMethod('BillingAdminService', 'listAccounts')
  async listAccounts(request: ListAccountsRequest): Promise<ListAccountsResponse> {
    return this.accounts.list(request);
  }

  @GrpcMethod('BillingAdminService', 'putModel')
  async putModel(request: PutModelRequest): Promise<PutModelResponse> {
    return { model: await this.catalogue.putModel(request) };
  }

  @GrpcMethod('BillingAdminService', 'addPrice')
  async addPrice(request: AddPriceRequest): Promise<AddPriceResponse> {
    return { price: await this.catalogue.addPrice(request) };
  }

  @GrpcMethod('BillingAdminService', 'previewPrice')
  async previewPrice(request: PreviewPriceRequest): Promise<PreviewPriceResponse> {
    return this.previews.preview(request);
  }

  @GrpcMethod('BillingAdminService', 'listModelUsers')
  async listModelUsers(request: ListModelUsersRequest): Promise<ListModelUsersResponse> {
    return this.previews.usersOf(request.model);
  }

  @GrpcMethod('BillingAdminService', 'listCatalogueEvents')
  async listCatalogueEvents(request: ListCatalogueEventsRequest): Promise<ListCatalogueEventsResponse> {
    return { events: await this.catalogue.eventsOf(request.model) };
  }

  @GrpcMethod('BillingAdminService', 'addPricePlan')
  async addPricePlan(request: AddPricePlanRequest): Promise<AddPricePlanResponse> {
    return { plan: await this.pricePlans.add(request) };
  }

  @GrpcMethod('BillingAdminService', 'listPricePlans')
  async listPricePlans(request: ListPricePlansRequest): Promise<ListPricePlansResponse> {
    return { plans: await this.pricePlans.ofAccount(request.accountId) };
  }
}
