import { Metadata } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  BillingQueryServiceClient,
  type GetHoldResponse,
  type Price,
  type QuoteRequest,
  type QuoteResponse,
} from '@tokenroute/contracts';
import { callUnary, grpcChannel } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { CONFIG } from '../tokens.js';

/** What billing can tell and does not change by telling. */
@Injectable()
export class BillingQueries implements OnApplicationShutdown {
  private readonly client: BillingQueryServiceClient;

  constructor(@Inject(CONFIG) private readonly config: GatewayConfig) {
    this.client = new BillingQueryServiceClient(config.BILLING_ADDRESS, ...grpcChannel(config, 'billing'));
  }

  onApplicationShutdown(): void {
    this.client.close();
  }

  /** @throws Fault not-found for an unknown id or another account's, unavailable */
  hold(id: string, accountId: string): Promise<GetHoldResponse> {
    const getHold = this.client.getHold.bind(this.client);
    return callUnary(getHold, { id, accountId }, new Metadata(), this.config.BILLING_TIMEOUT_MS);
  }

  /** What an account pays, by model id. @throws Fault unavailable */
  async pricesOf(accountId: string): Promise<Map<string, Price | undefined>> {
    const listModels = this.client.listModels.bind(this.client);
    const { models } = await callUnary(
      listModels,
      { accountId },
      new Metadata(),
      this.config.BILLING_TIMEOUT_MS,
    );
    return new Map(models.map((model) => [model.id, model.price]));
  }

  /** @throws Fault not-found for a model without a price, unavailable */
  quote(request: QuoteRequest): Promise<QuoteResponse> {
    const quote = this.client.quote.bind(this.client);
    return callUnary(quote, request, new Metadata(), this.config.BILLING_TIMEOUT_MS);
  }
}
