import { once } from 'node:events';
import { type Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  BillingAdminServiceService,
  BillingDeadLettersServiceService,
  BillingPaymentsServiceService,
  BillingQueryServiceService,
  BillingStatementsServiceService,
  type ExportStatementRequest,
  type ExportStatementResponse,
} from '@tokenroute/contracts';
import { fromServiceError } from '@tokenroute/service-kit';
import type { DashboardConfig } from '../config.js';
import { CONFIG } from '../tokens.js';
import { openChannel, type UnaryCalls, unaryCalls } from './unary-calls.js';

const statementWithinMs = 300_000;
const previewWithinMs = 30_000;

/** billing, over gRPC: accounts, prices, receipts, payments. */
@Injectable()
export class BillingService implements OnApplicationShutdown {
  readonly admin: UnaryCalls<typeof BillingAdminServiceService>;
  /** Looks through many charges: may take longer than other calls. */
  readonly previews: Pick<UnaryCalls<typeof BillingAdminServiceService>, 'previewPrice'>;
  readonly deadLetters: UnaryCalls<typeof BillingDeadLettersServiceService>;
  readonly query: UnaryCalls<typeof BillingQueryServiceService>;
  readonly payments: UnaryCalls<typeof BillingPaymentsServiceService>;
  readonly statements: Pick<UnaryCalls<typeof BillingStatementsServiceService>, 'reportHouseLoss'>;
  private readonly channel: Client;

  constructor(@Inject(CONFIG) config: DashboardConfig) {
    const { BILLING_ADDRESS, CALL_TIMEOUT_MS } = config;
    this.channel = openChannel(BILLING_ADDRESS, 'billing', config);
    this.admin = unaryCalls(BillingAdminServiceService, this.channel, CALL_TIMEOUT_MS);
    this.previews = unaryCalls(BillingAdminServiceService, this.channel, previewWithinMs);
    this.deadLetters = unaryCalls(BillingDeadLettersServiceService, this.channel, CALL_TIMEOUT_MS);
    this.statements = unaryCalls(BillingStatementsServiceService, this.channel, CALL_TIMEOUT_MS);
    this.query = unaryCalls(BillingQueryServiceService, this.channel, CALL_TIMEOUT_MS);
    this.payments = unaryCalls(BillingPaymentsServiceService, this.channel, CALL_TIMEOUT_MS);
  }

  onApplicationShutdown(): void {
    this.channel.close();
  }

  /** Resolves when its first part is there, so that a refusal is an answer of its own. @throws Fault */
  async exportStatement(request: ExportStatementRequest): Promise<AsyncIterable<ExportStatementResponse>> {
    const { path, requestSerialize, responseDeserialize } = BillingStatementsServiceService.exportStatement;
    const deadline = Date.now() + statementWithinMs;
    const call = this.channel.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      { deadline },
    );
    try {
      await once(call, 'readable');
    } catch (error) {
      throw fromServiceError(error as ServiceError);
    }
    return call;
  }
}
