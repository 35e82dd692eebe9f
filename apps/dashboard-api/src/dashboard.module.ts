import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { connectNats, HealthModule, type Logger } from '@tokenroute/service-kit';
import { SessionReader } from './access/session-reader.js';
import { AccountController } from './account/account.controller.js';
import { AdministrationController } from './administration/administration.controller.js';
import { CatalogueController } from './administration/catalogue.controller.js';
import type { DashboardConfig } from './config.js';
import { FaultFilter } from './http/fault.filter.js';
import { validationPipe } from './http/validate.js';
import { KeysController } from './keys/keys.controller.js';
import { AccountWatch } from './live/account-watch.js';
import { LiveController } from './live/live.controller.js';
import { ModelsController } from './models/models.controller.js';
import { OrganisationController } from './organisation/organisation.controller.js';
import { PagesController } from './pages/pages.controller.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PlaygroundController } from './playground/playground.controller.js';
import { PublicApiController } from './public-api/public-api.controller.js';
import { RequestsController } from './requests/requests.controller.js';
import { AuthService } from './services/auth-service.js';
import { BillingService } from './services/billing-service.js';
import { LimitUses } from './services/limit-uses.js';
import { AuthPassThroughController } from './session/auth-pass-through.controller.js';
import { SessionController } from './session/session.controller.js';
import { StatementsController } from './statements/statements.controller.js';
import { CONFIG, LOGGER } from './tokens.js';
import { UsageController } from './usage/usage.controller.js';

@Module({})
export class DashboardModule {
  static register(config: DashboardConfig, logger: Logger): DynamicModule {
    return {
      module: DashboardModule,
      imports: [HealthModule.register()],
      controllers: [
        AuthPassThroughController,
        SessionController,
        AccountController,
        KeysController,
        ModelsController,
        UsageController,
        RequestsController,
        PaymentsController,
        StatementsController,
        PlaygroundController,
        OrganisationController,
        AdministrationController,
        CatalogueController,
        LiveController,
        PublicApiController,
        PagesController,
      ],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: APP_FILTER, useValue: new FaultFilter(logger) },
        { provide: APP_PIPE, useValue: validationPipe() },
        AuthService,
        BillingService,
        {
          provide: LimitUses,
          useFactory: () =>
            new LimitUses(() => connectNats(config.NATS_URL, 'dashboard-api', logger), logger),
        },
        SessionReader,
        AccountWatch,
      ],
    };
  }
}
