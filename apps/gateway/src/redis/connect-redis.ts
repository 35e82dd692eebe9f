import type { Logger } from '@tokenroute/service-kit';
import { Redis } from 'ioredis';

export type RedisConnection = Redis;

const connectTimeoutMs = 2_000;
export const commandTimeoutMs = 500;
const maxReconnectDelayMs = 1_000;

/**
 * Connects to Redis and stays connected: reconnects for ever, and a server that is not there is not waited for. A
 * command fails at once while there is no connection, else after half a second: nothing in Redis is worth a client's wait.
 */
export async function connectRedis(url: string, logger: Logger): Promise<RedisConnection> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectDelayMs),
  });
  logOutages(redis, logger);
  // Rejects when the first attempt fails; the next ones follow by themselves.
  await redis.connect().catch(() => undefined);
  return redis;
}

/** One line when it goes and one when it comes back. The error itself stays out of the log: it may carry the password. */
function logOutages(redis: Redis, logger: Logger): void {
  let down = false;
  redis.on('error', ({ message }: Error) => {
    if (!down) logger.error({ reason: message }, 'redis: not available');
    down = true;
  });
  redis.on('ready', () => {
    if (down) logger.info('redis: available again');
    down = false;
  });
}
