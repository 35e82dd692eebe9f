import type { OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { createPostgresPool, type Logger, type PostgresPool, schemaOf } from '@tokenroute/service-kit';
import { PrismaClient } from './generated/prisma/client.js';

/** The connections to the schema of this service, and Prisma over them. Nothing is connected before its first use. */
export class AuthDatabase implements OnApplicationShutdown {
  readonly prisma: PrismaClient;
  readonly pool: PostgresPool;

  constructor(databaseUrl: string, logger: Logger) {
    this.pool = createPostgresPool({
      databaseUrl,
      applicationName: 'auth',
      maxConnections: 10,
      queryTimeoutMs: 3_000,
      logger,
    });
    this.prisma = new PrismaClient({
      adapter: new PrismaPg(this.pool, { schema: schemaOf(databaseUrl) }),
      // Its longer formats repeat the arguments of the failed call.
      errorFormat: 'minimal',
    });
  }

  /** @throws when PostgreSQL does not answer */
  async check(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}
