import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { ExchangeClient } from './exchange-client.js';

/** The adapters of this deployment, by the provider they speak for. */
@Injectable()
export class ProviderDirectory implements OnApplicationShutdown {
  private readonly exchanges: ReadonlyMap<string, ExchangeClient>;

  constructor(@Inject(CONFIG) config: GatewayConfig, @Inject(LOGGER) logger: Logger) {
    this.exchanges = new Map(
      [...config.ADAPTERS].map(([provider, address]) => [
        provider,
        new ExchangeClient(provider, address, logger),
      ]),
    );
  }

  /** @throws Fault unavailable for a provider without an adapter here */
  exchangeOf(provider: string): ExchangeClient {
    const exchange = this.exchanges.get(provider);
    if (exchange) return exchange;
    throw new Fault('unavailable', 'The provider of this model is not available.', {
      internal: `no adapter for ${provider}`,
    });
  }

  onApplicationShutdown(): void {
    for (const exchange of this.exchanges.values()) exchange.close();
  }
}
