import type { OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import { Redis } from 'ioredis';

/** The connection of the limits. A command fails at once while there is none: nobody's sign-in waits for Redis. */
export class LimiterRedis implements OnApplicationShutdown {
  readonly connection: Redis;

  constructor(url: string, logger: Logger) {
    this.connection = new Redis(url, {
      connectTimeout: 2_000,
      commandTimeout: 500,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    });
    // Unheard it would end the process; who counts says that Redis is away.
    this.connection.on('error', ({ message }: Error) =>
      logger.debug({ reason: message }, 'redis: not available'),
    );
  }

  onApplicationShutdown(): void {
    this.connection.disconnect();
  }
}
