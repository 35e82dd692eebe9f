import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetAccountRequest,
  GetAccountResponse,
  GetHoldRequest,
  GetHoldResponse,
  ListModelsRequest,
  ListModelsResponse,
  ListPricesRequest,
  ListPricesResponse,
  QuoteRequest,
  QuoteResponse,
  VerifyLedgerResponse,
} from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { AccountService } from './accounts/account.service.js';
import { CatalogueService } from './catalogue/catalogue.service.js';
import { verifyLedger } from './ledger/verify-ledger.js';
import { QuoteService } from './receipts/quote.service.js';
import { ReceiptService } from './receipts/receipt.service.js';
import { POSTGRES } from './tokens.js';

/** BillingQueryService: what is on the books. */
@Controller()
export class BillingQueryController {
  constructor(
    private readonly accounts: AccountService,
    private readonly catalogue: CatalogueService,
    private readonly receipts: ReceiptService,
    private readonly quotes: QuoteService,
    @Inject(POSTGRES) private readonly pool: PostgresPool,
  ) {}

  @GrpcMethod('BillingQueryService', 'getAccount')
  async getAccount(request: GetAccountRequest): Promise<GetAccountResponse> {
    return { account: await this.accounts.get(request.id) };
  }

  @GrpcMethod('BillingQueryService', 'listModels')
  async listModels(request: ListModelsRequest): Promise<ListModelsResponse> {
    return { models: await this.catalogue.modelsOnOffer(request.accountId, request.withOthers) };
  }

  @GrpcMethod('BillingQueryService', 'listPrices')
  async listPrices(request: ListPricesRequest): Promise<ListPricesResponse> {
    return { prices: await this.catalogue.pricesOf(request.model) };
  }

  @GrpcMethod('BillingQueryService', 'getHold')
  async getHold(request: GetHoldRequest): Promise<GetHoldResponse> {
    return this.receipts.get(request.id, request.accountId);
  }

  @GrpcMethod('BillingQueryService', 'quote')
  async quote(request: QuoteRequest): Promise<QuoteResponse> {
    return this.quotes.quote(request);
  }

  @GrpcMethod('BillingQueryService', 'verifyLedger')
  async verifyLedger(): Promise<VerifyLedgerResponse> {
    return { invariants: await verifyLedger(this.pool) };
  }
}
