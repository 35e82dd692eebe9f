import { type DynamicModule, Module } from '@nestjs/common';
import { connectNats, HealthModule, type Logger, Readiness, type TlsConfig } from '@tokenroute/service-kit';
import { AuthDatabase } from './auth-database.js';
import type { AuthConfig, PeopleConfig } from './config.js';
import { KeyChanges } from './key-changes.js';
import { KeyUses } from './key-uses.js';
import { KeysController } from './keys.controller.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';
import { peopleControllers, peopleProviders } from './people/people.module.js';

@Module({})
export class AuthModule {
  constructor(readiness: Readiness, database: AuthDatabase, changes: KeyChanges) {
    readiness.add('postgresql', () => database.check());
    readiness.add('nats', () => changes.check());
  }

  static register(
    config: Pick<AuthConfig, 'DATABASE_URL' | 'NATS_URL'> & PeopleConfig & TlsConfig,
    logger: Logger,
    now: () => Date = () => new Date(),
  ): DynamicModule {
    return {
      module: AuthModule,
      imports: [HealthModule.register()],
      controllers: [KeysController, ...peopleControllers],
      providers: [
        { provide: AuthDatabase, useFactory: () => new AuthDatabase(config.DATABASE_URL, logger) },
        {
          provide: KeyChanges,
          useFactory: () => new KeyChanges(connectNats(config.NATS_URL, 'auth', logger, config), logger),
        },
        {
          provide: KeysRepository,
          inject: [AuthDatabase],
          useFactory: (database: AuthDatabase) => new KeysRepository(database.prisma, database.pool),
        },
        {
          provide: KeysService,
          inject: [KeysRepository, KeyChanges],
          useFactory: (keys: KeysRepository, changes: KeyChanges) => new KeysService(keys, changes, now),
        },
        ...peopleProviders(config, logger),
        {
          provide: KeyUses,
          inject: [KeysRepository, KeyChanges],
          useFactory: (keys: KeysRepository, { connecting }: KeyChanges) =>
            new KeyUses(connecting, keys, now, logger),
        },
      ],
    };
  }
}
