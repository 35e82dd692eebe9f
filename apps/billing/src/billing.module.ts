import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  createPostgresPool,
  HealthModule,
  type Logger,
  type NatsConnection,
  type PostgresPool,
  Readiness,
  schemaOf,
} from '@tokenroute/service-kit';
import { AccountRepository } from './accounts/account.repository.js';
import { AccountService } from './accounts/account.service.js';
import { BillingAdminController } from './billing-admin.controller.js';
import { BillingQueryController } from './billing-query.controller.js';
import { CatalogueService } from './catalogue/catalogue.service.js';
import { ModelRepository } from './catalogue/model.repository.js';
import { PriceListRepository } from './catalogue/price-list.repository.js';
import type { BillingConfig } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { ExpiredHoldsSweeper } from './holds/expired-holds-sweeper.js';
import { HoldRepository } from './holds/hold.repository.js';
import { HoldService } from './holds/hold.service.js';
import { HoldsSubscriber } from './holds/holds-subscriber.js';
import { SettlementsConsumer } from './holds/settlements-consumer.js';
import { PriceBook } from './pricing/price-book.js';
import { PriceRepository } from './pricing/price.repository.js';
import { QuoteService } from './receipts/quote.service.js';
import { ReceiptService } from './receipts/receipt.service.js';
import { CONFIG, LOGGER, NATS, POSTGRES, PRISMA } from './tokens.js';

/** Closes the connections after everything that uses them has ended. */
@Injectable()
class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(POSTGRES) private readonly pool: PostgresPool,
    @Inject(NATS) private readonly nats: NatsConnection,
    readiness: Readiness,
  ) {
    readiness.add('postgresql', () => pool.query('SELECT 1'));
    readiness.add('nats', () => nats.flush());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.nats.drain();
    await this.pool.end();
  }
}

@Module({})
export class BillingModule {
  static register(config: BillingConfig, logger: Logger, nats: NatsConnection): DynamicModule {
    const pool = createPostgresPool({
      databaseUrl: config.DATABASE_URL,
      applicationName: 'tokenroute-billing',
      maxConnections: config.DATABASE_CONNECTIONS,
      logger,
    });
    const prisma = new PrismaClient({
      adapter: new PrismaPg(pool, { schema: schemaOf(config.DATABASE_URL) }),
    });
    return {
      module: BillingModule,
      imports: [HealthModule.register()],
      controllers: [BillingQueryController, BillingAdminController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: NATS, useValue: nats },
        { provide: POSTGRES, useValue: pool },
        { provide: PRISMA, useValue: prisma },
        Connections,
        AccountRepository,
        AccountService,
        CatalogueService,
        ModelRepository,
        PriceListRepository,
        PriceRepository,
        PriceBook,
        QuoteService,
        ReceiptService,
        HoldRepository,
        HoldService,
        HoldsSubscriber,
        SettlementsConsumer,
        ExpiredHoldsSweeper,
      ],
    };
  }
}
