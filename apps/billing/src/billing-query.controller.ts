import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  GetAccountRequest,
  GetAccountResponse,
  GetHoldRequest,
  GetHoldResponse,
  ListModelsResponse,
  ListPricesRequest,
  ListPricesResponse,
  VerifyLedgerResponse,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { PostgresPool } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import { AccountService } from './accounts/account.service.js';
import { CatalogueService } from './catalogue/catalogue.service.js';
import type { PrismaClient } from './generated/prisma/client.js';
import { verifyLedger } from './ledger/verify-ledger.js';
import { POSTGRES, PRISMA } from './tokens.js';

/** BillingQueryService: what is on the books. */
@Controller()
export class BillingQueryController {
  constructor(
    private readonly accounts: AccountService,
    private readonly catalogue: CatalogueService,
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(POSTGRES) private readonly pool: PostgresPool,
  ) {}

  @GrpcMethod('BillingQueryService', 'getAccount')
  async getAccount(request: GetAccountRequest): Promise<GetAccountResponse> {
    return { account: await this.accounts.get(request.id) };
  }

  @GrpcMethod('BillingQueryService', 'listModels')
  async listModels(): Promise<ListModelsResponse> {
    return { models: await this.catalogue.modelsOnOffer() };
  }

  @GrpcMethod('BillingQueryService', 'listPrices')
  async listPrices(request: ListPricesRequest): Promise<ListPricesResponse> {
    return { prices: await this.catalogue.pricesOf(request.model) };
  }

  @GrpcMethod('BillingQueryService', 'getHold')
  async getHold(request: GetHoldRequest): Promise<GetHoldResponse> {
    const row = validate(request.id)
      ? await this.prisma.hold.findUnique({ where: { id: request.id } })
      : null;
    if (!row) throw new Fault('not-found', 'There is no hold with this id.', { param: 'id' });
    return {
      id: row.id,
      accountId: row.accountId,
      keyId: row.keyId ?? '',
      model: row.model ?? '',
      state: row.state,
      amountNanoUsd: row.amountNanoUsd,
      priceId: row.priceId ?? 0n,
      costNanoUsd: row.costNanoUsd ?? 0n,
      chargedNanoUsd: row.chargedNanoUsd ?? 0n,
      createdAt: row.createdAt,
      endedAt: row.endedAt ?? undefined,
    };
  }

  @GrpcMethod('BillingQueryService', 'verifyLedger')
  async verifyLedger(): Promise<VerifyLedgerResponse> {
    return { invariants: await verifyLedger(this.pool) };
  }
}
