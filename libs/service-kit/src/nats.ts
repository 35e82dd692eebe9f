import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from './logger.js';
import { type TlsConfig, tlsFilesOf, tlsFilePaths } from './tls-files.js';

export type { NatsConnection };

/**
 * Connects to NATS and stays connected: reconnects for ever, and a server that is not there yet is waited for.
 * A message published while disconnected is dropped in silence: whoever must know asks `rtt()` afterwards. Requests fail by
 * their own time-out.
 * @param name of the service: the server lets it hear the answers to its own questions alone
 * @param tls with certificates the server has to have one too; they are read again at each connect
 * @throws ConfigError when the files that the configuration names are of no use
 */
export async function connectNats(
  url: string,
  name: string,
  logger: Logger,
  tls: TlsConfig = {},
): Promise<NatsConnection> {
  // Told at the start, with the variable's name, and not at each try to connect.
  tlsFilesOf(tls);
  const connection = await connect({
    servers: url,
    name,
    inboxPrefix: `_INBOX.${name}`,
    ...(tlsFilePaths(tls) && { tls: tlsFilePaths(tls) }),
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
