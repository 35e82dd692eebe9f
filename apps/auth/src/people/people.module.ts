import type { Provider } from '@nestjs/common';
import type { Logger, TlsConfig } from '@tokenroute/service-kit';
import { AuditRepository } from '../audit/audit.repository.js';
import { AuthDatabase } from '../auth-database.js';
import type { PeopleConfig } from '../config.js';
import { KeyChanges } from '../key-changes.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { BalanceAlerts } from './balance-alerts.js';
import { BillingAccounts } from './billing-accounts.js';
import { LimiterRedis } from './limiter-redis.js';
import { Mailer } from './mailer.js';
import { createPeopleAuth, type PeopleAuth } from './people-auth.js';
import { PeopleController } from './people.controller.js';
import { PeopleHttp } from './people-http.js';
import { PeopleHttpController } from './people-http.controller.js';
import { PeopleRepository } from './people.repository.js';
import { PeopleService } from './people.service.js';

const alerts = { consumer: 'auth-balance-alerts', retryAfterMs: 60_000 };

const PEOPLE_AUTH = Symbol('better-auth');

export const peopleControllers = [PeopleController, PeopleHttpController];

/** Everything about people. AuthDatabase and KeyChanges come from the module that takes these in. */
export function peopleProviders(config: PeopleConfig & TlsConfig, logger: Logger): Provider[] {
  return [
    { provide: Mailer, useFactory: () => new Mailer(config, logger) },
    { provide: LimiterRedis, useFactory: () => new LimiterRedis(config.REDIS_URL, logger) },
    {
      provide: AttemptLimiter,
      inject: [LimiterRedis],
      useFactory: ({ connection }: LimiterRedis) => new AttemptLimiter(connection, logger),
    },
    {
      provide: BillingAccounts,
      inject: [AuthDatabase],
      useFactory: ({ pool }: AuthDatabase) => new BillingAccounts(config, pool, logger),
    },
    ...balanceAlerts(config, logger),
    {
      provide: AuditRepository,
      inject: [AuthDatabase],
      useFactory: ({ prisma }: AuthDatabase) => new AuditRepository(prisma),
    },
    {
      provide: PeopleRepository,
      inject: [AuthDatabase],
      useFactory: ({ prisma }: AuthDatabase) => new PeopleRepository(prisma),
    },
    {
      provide: PEOPLE_AUTH,
      inject: [AuthDatabase, Mailer, BillingAccounts],
      useFactory: ({ pool }: AuthDatabase, mailer: Mailer, billingAccounts: BillingAccounts) =>
        createPeopleAuth({ config, pool, mailer, billingAccounts, logger }),
    },
    {
      provide: PeopleService,
      inject: [PEOPLE_AUTH, PeopleRepository, AuditRepository],
      useFactory: (auth: PeopleAuth, people: PeopleRepository, audit: AuditRepository) =>
        new PeopleService(auth, people, audit),
    },
    {
      provide: PeopleHttp,
      inject: [PEOPLE_AUTH, AttemptLimiter, PeopleRepository, AuditRepository],
      useFactory: (
        auth: PeopleAuth,
        limiter: AttemptLimiter,
        people: PeopleRepository,
        audit: AuditRepository,
      ) => new PeopleHttp(config.PUBLIC_URL, auth, limiter, people, audit, logger),
    },
  ];
}

/** None without a mail server: what cannot be told waits in the stream until it is no news any more. */
function balanceAlerts({ SMTP_URL, PUBLIC_URL }: PeopleConfig, logger: Logger): Provider[] {
  if (SMTP_URL === undefined) return [];
  return [
    {
      provide: BalanceAlerts,
      inject: [KeyChanges, AuthDatabase, Mailer],
      useFactory: ({ connecting }: KeyChanges, { pool }: AuthDatabase, mailer: Mailer) =>
        new BalanceAlerts(connecting, pool, mailer, { publicUrl: PUBLIC_URL, ...alerts }, logger),
    },
  ];
}
