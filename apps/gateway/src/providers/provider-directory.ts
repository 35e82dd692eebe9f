import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { ProviderPlaces } from '../overload/provider-places.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { AdapterReplicas } from './adapter-replicas.js';

/** The adapters of this deployment, by the provider they speak for. */
@Injectable()
export class ProviderDirectory implements OnApplicationShutdown {
  readonly places: ProviderPlaces;
  private readonly adapters: ReadonlyMap<string, AdapterReplicas>;

  constructor(@Inject(CONFIG) config: GatewayConfig, @Inject(LOGGER) logger: Logger) {
    this.places = new ProviderPlaces(config.MAX_REQUESTS_PER_PROVIDER);
    this.adapters = new Map(
      [...config.ADAPTERS].map(([provider, addresses]) => [
        provider,
        new AdapterReplicas(provider, addresses, logger, config),
      ]),
    );
  }

  /** @throws Fault unavailable for a provider without an adapter here */
  adapterOf(provider: string): AdapterReplicas {
    const adapter = this.adapters.get(provider);
    if (adapter) return adapter;
    throw new Fault('unavailable', 'The provider of this model is not available.', {
      internal: `no adapter for ${provider}`,
    });
  }

  onApplicationShutdown(): void {
    for (const adapter of this.adapters.values()) adapter.close();
  }
}
