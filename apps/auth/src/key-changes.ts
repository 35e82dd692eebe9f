import type { OnApplicationShutdown } from '@nestjs/common';
import { KeyChanged, subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';

const answerWithinMs = 1_000;

/**
 * Tells every gateway that a key changed, so that it forgets what it remembers of it. The change itself is committed by
 * then and stands whatever happens here: a gateway that does not hear of it forgets by its own time.
 */
export class KeyChanges implements OnApplicationShutdown {
  private connection: NatsConnection | undefined;

  /** @param connecting not waited for: keys are answered for before NATS is there, and while it is away */
  constructor(
    readonly connecting: Promise<NatsConnection>,
    private readonly logger: Logger,
  ) {
    connecting.then(
      (connection) => (this.connection = connection),
      (error: unknown) => logger.error({ err: error }, 'nats: cannot connect'),
    );
  }

  /** Never fails: what could not be told is logged. */
  async announce(keyId: string, keyDigest: Buffer): Promise<void> {
    try {
      const connection = this.connected();
      connection.publish(subjects.keyChanged, KeyChanged.encode({ keyDigest }).finish());
      // A message published while disconnected is dropped in silence; one that an answer follows has arrived.
      await answerOf(connection);
    } catch (error) {
      this.logger.warn(
        { err: error, keyId },
        'key change not announced: caches keep the key until their own time is up',
      );
    }
  }

  /** @throws when NATS does not answer */
  async check(): Promise<void> {
    await answerOf(this.connected());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }

  private connected(): NatsConnection {
    if (!this.connection) throw new Error('not connected to NATS yet');
    return this.connection;
  }
}

/** Settles once the server has answered for everything sent before. */
async function answerOf(connection: NatsConnection): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('NATS did not answer in time')), answerWithinMs);
  });
  try {
    await Promise.race([connection.rtt(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
