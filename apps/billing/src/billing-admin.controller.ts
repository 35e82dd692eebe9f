import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  AddPriceRequest,
  AddPriceResponse,
  CreateAccountRequest,
  CreateAccountResponse,
  GrantCreditRequest,
  GrantCreditResponse,
  PutModelRequest,
  PutModelResponse,
} from '@tokenroute/contracts';
import { AccountService } from './accounts/account.service.js';
import { CatalogueService } from './catalogue/catalogue.service.js';

/** BillingAdminService: what an operator changes. */
@Controller()
export class BillingAdminController {
  constructor(
    private readonly accounts: AccountService,
    private readonly catalogue: CatalogueService,
  ) {}

  @GrpcMethod('BillingAdminService', 'createAccount')
  async createAccount(request: CreateAccountRequest): Promise<CreateAccountResponse> {
    return { account: await this.accounts.create(request.email, request.creditNanoUsd) };
  }

  @GrpcMethod('BillingAdminService', 'grantCredit')
  async grantCredit(request: GrantCreditRequest): Promise<GrantCreditResponse> {
    const { accountId, amountNanoUsd, grantId } = request;
    return { account: await this.accounts.grantCredit(accountId, amountNanoUsd, grantId) };
  }

  @GrpcMethod('BillingAdminService', 'putModel')
  async putModel(request: PutModelRequest): Promise<PutModelResponse> {
    return { model: await this.catalogue.putModel(request) };
  }

  @GrpcMethod('BillingAdminService', 'addPrice')
  async addPrice(request: AddPriceRequest): Promise<AddPriceResponse> {
    return { price: await this.catalogue.addPrice(request) };
  }
}
