import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from './logger.js';

export type { NatsConnection };

/**
 * Connects to NATS and stays connected: reconnects for ever, and a server that is not there yet is waited for.
 * A message published while disconnected is dropped in silence: whoever must know asks `rtt()` afterwards. Requests fail by
 * their own time-out.
 */
export async function connectNats(url: string, name: string, logger: Logger): Promise<NatsConnection> {
  const connection = await connect({
    servers: url,
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    // Who asked is in the stack of the one who waits; a stack of our own for each request costs more than the request.
    noAsyncTraces: true,
  });
  void logStatus(connection, logger);
  return connection;
}

async function logStatus(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const status of connection.status()) {
    switch (status.type) {
      case 'disconnect':
        logger.warn('nats: disconnected');
        break;
      case 'reconnect':
        logger.info('nats: reconnected');
        break;
      case 'error':
        logger.error({ err: status.error }, 'nats: error');
        break;
      default:
        break;
    }
  }
}
