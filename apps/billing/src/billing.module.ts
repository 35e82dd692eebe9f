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
import { CatalogueAnnouncer } from './catalogue/catalogue-announcer.js';
import { CatalogueEventsRepository } from './catalogue/catalogue-events.repository.js';
import { CatalogueService } from './catalogue/catalogue.service.js';
import { ChargedUsesRepository } from './catalogue/charged-uses.repository.js';
import { ModelRepository } from './catalogue/model.repository.js';
import { PriceListRepository } from './catalogue/price-list.repository.js';
import { PricePlanService } from './catalogue/price-plan.service.js';
import { PricePreviewService } from './catalogue/price-preview.service.js';
import { PricePlanWriter } from './catalogue/price-plan-writer.js';
import type { BillingConfig } from './config.js';
import { PrismaClient } from './generated/prisma/client.js';
import { DeadLetterRepository } from './dead-letters/dead-letter.repository.js';
import { DeadLetterService } from './dead-letters/dead-letter.service.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { ExpiredHoldsSweeper } from './holds/expired-holds-sweeper.js';
import { HoldRepository } from './holds/hold.repository.js';
import { HoldService } from './holds/hold.service.js';
import { HoldsSubscriber } from './holds/holds-subscriber.js';
import { SettlementsConsumer } from './holds/settlements-consumer.js';
import { LedgerWatch } from './ledger/ledger-watch.js';
import { paymentControllers, paymentProviders } from './payments/payment-wiring.js';
import { PriceBook } from './pricing/price-book.js';
import { PricePlanRepository } from './pricing/price-plan.repository.js';
import { PriceRepository } from './pricing/price.repository.js';
import { QuoteService } from './receipts/quote.service.js';
import { ReceiptService } from './receipts/receipt.service.js';
import { RetentionWorker } from './retention/retention-worker.js';
import { HouseLossService } from './statements/house-loss.service.js';
import { StatementService } from './statements/statement.service.js';
import { StatementsController } from './statements/statements.controller.js';
import { CONFIG, LOGGER, NATS, POSTGRES, PRISMA, REPORTS, reportsApplicationName } from './tokens.js';
import { RequestLogRepository } from './usage/request-log.repository.js';
import { RequestLogService } from './usage/request-log.service.js';
import { UsageRollup } from './usage/usage-rollup.js';
import { UsageController } from './usage/usage.controller.js';
import { TelemetryRepository } from './usage/telemetry.repository.js';
import { UsageRepository } from './usage/usage.repository.js';
import { UsageService } from './usage/usage.service.js';

/** Longer than anything takes that money moves over; without it, a database whose machine is gone without a word keeps who asked it. */
const queryTimeoutMs = 10_000;

/** One watches the ledger, one adds usage up; the others write statements and reports. */
const reportConnections = 5;

/** The catalogue and the price book, and how they are changed. */
const catalogueProviders = [
  CatalogueAnnouncer,
  CatalogueEventsRepository,
  CatalogueService,
  ChargedUsesRepository,
  ModelRepository,
  PriceListRepository,
  PriceRepository,
  PricePlanRepository,
  PricePlanService,
  PricePlanWriter,
  PricePreviewService,
  PriceBook,
];

/** Closes the connections after everything that uses them has ended. */
@Injectable()
class Connections implements OnApplicationShutdown {
  constructor(
    @Inject(POSTGRES) private readonly pool: PostgresPool,
    @Inject(REPORTS) private readonly reports: PostgresPool,
    @Inject(NATS) private readonly nats: NatsConnection,
    readiness: Readiness,
  ) {
    readiness.add('postgresql', () => pool.query('SELECT 1'));
    readiness.add('nats', () => nats.flush());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.nats.drain();
    await this.pool.end();
    await this.reports.end();
  }
}

function openPools(
  { DATABASE_URL: databaseUrl, DATABASE_CONNECTIONS: maxConnections }: BillingConfig,
  logger: Logger,
): { pool: PostgresPool; reports: PostgresPool } {
  return {
    pool: createPostgresPool({
      databaseUrl,
      applicationName: 'tokenroute-billing',
      maxConnections,
      queryTimeoutMs,
      logger,
    }),
    // What reports and the proof of the ledger ask may take minutes.
    reports: createPostgresPool({
      databaseUrl,
      applicationName: reportsApplicationName,
      maxConnections: reportConnections,
      logger,
    }),
  };
}

@Module({})
export class BillingModule {
  static register(config: BillingConfig, logger: Logger, nats: NatsConnection): DynamicModule {
    const { pool, reports } = openPools(config, logger);
    const prisma = new PrismaClient({
      adapter: new PrismaPg(pool, { schema: schemaOf(config.DATABASE_URL) }),
    });
    return {
      module: BillingModule,
      imports: [HealthModule.register()],
      controllers: [
        BillingQueryController,
        BillingAdminController,
        DeadLettersController,
        StatementsController,
        UsageController,
        ...paymentControllers,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: NATS, useValue: nats },
        { provide: POSTGRES, useValue: pool },
        { provide: REPORTS, useValue: reports },
        { provide: PRISMA, useValue: prisma },
        Connections,
        AccountRepository,
        AccountService,
        ...catalogueProviders,
        QuoteService,
        ReceiptService,
        HoldRepository,
        HoldService,
        HoldsSubscriber,
        DeadLetterRepository,
        DeadLetterService,
        SettlementsConsumer,
        ExpiredHoldsSweeper,
        LedgerWatch,
        StatementService,
        HouseLossService,
        RetentionWorker,
        UsageRollup,
        TelemetryRepository,
        UsageRepository,
        UsageService,
        RequestLogRepository,
        RequestLogService,
        ...paymentProviders(config, logger),
      ],
    };
  }
}
