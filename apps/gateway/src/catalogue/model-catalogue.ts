import { Metadata } from '@grpc/grpc-js';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { BillingQueryServiceClient, type Model, subjects } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { callUnary, grpcChannel, type Logger, type NatsConnection, Readiness } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { CONFIG, LOGGER, NATS } from '../tokens.js';

const refreshIntervalMs = 30_000;
const retryIntervalMs = 500;

/** The models on offer that an adapter of this deployment can serve, in memory, refreshed when billing says so. */
@Injectable()
export class ModelCatalogue implements OnModuleInit, OnApplicationShutdown {
  private readonly client: BillingQueryServiceClient;
  private models: ReadonlyMap<string, Model> | null = null;
  private list: readonly Model[] = [];
  private timer: NodeJS.Timeout | undefined;
  private refreshesBegun = 0;
  private newestApplied = 0;

  constructor(
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    readiness: Readiness,
  ) {
    this.client = new BillingQueryServiceClient(config.BILLING_ADDRESS, ...grpcChannel(config, 'billing'));
    readiness.add('model-catalogue', () => this.all());
  }

  async onModuleInit(): Promise<void> {
    this.nats.subscribe(subjects.catalogueChanged, { callback: () => void this.refresh() });
    await this.refresh();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    this.client.close();
  }

  /**
   * The same array until the catalogue is read again.
   * @throws Fault unavailable while it has never been read
   */
  all(): readonly Model[] {
    this.known();
    return this.list;
  }

  /** @throws Fault not-found naming the model; unavailable while the catalogue has never been read */
  get(id: string): Model {
    const model = this.known().get(id);
    if (model) return model;
    const message = `The model \`${id}\` does not exist. GET /v1/models lists the models on offer.`;
    throw new Fault('not-found', message, { param: 'model' });
  }

  private known(): ReadonlyMap<string, Model> {
    if (this.models) return this.models;
    throw new Fault('unavailable', 'The model catalogue is not available. Please try again.', {
      retryAfterSeconds: 1,
    });
  }

  /** Never throws: what was read last stays in use. */
  private async refresh(): Promise<void> {
    this.refreshesBegun += 1;
    const turn = this.refreshesBegun;
    try {
      const listModels = this.client.listModels.bind(this.client);
      const { models } = await callUnary(
        listModels,
        { accountId: '' },
        new Metadata(),
        this.config.BILLING_TIMEOUT_MS,
      );
      // An answer that was overtaken may lack the newest change.
      if (turn < this.newestApplied) return;
      this.newestApplied = turn;
      this.list = models.filter((model) => this.config.ADAPTERS.has(model.provider));
      this.models = new Map(this.list.map((model) => [model.id, model]));
    } catch (error) {
      this.logger.warn({ err: error }, 'catalogue: refresh failed');
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), this.models ? refreshIntervalMs : retryIntervalMs);
  }
}
