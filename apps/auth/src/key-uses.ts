import type { OnApplicationBootstrap } from '@nestjs/common';
import { KeysUsed, subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import type { KeysRepository } from './keys.repository.js';

const queue = 'auth';

/** Writes down when keys were last used, in the batches in which gateways tell it. A batch that is lost is not missed. */
export class KeyUses implements OnApplicationBootstrap {
  constructor(
    private readonly connecting: Promise<NatsConnection>,
    private readonly keys: KeysRepository,
    private readonly now: () => Date,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.connecting.then(
      (connection) =>
        connection.subscribe(subjects.keysUsed, {
          queue,
          callback: (_error, message) => void this.write(message.data),
        }),
      // Told by who else waits for the connection.
      () => undefined,
    );
  }

  private async write(payload: Uint8Array): Promise<void> {
    try {
      const ids = KeysUsed.decode(payload).keyIds.filter((id) => validate(id));
      if (ids.length > 0) await this.keys.used(ids, this.now());
    } catch (error) {
      this.logger.warn({ err: error }, 'keys: last use not written');
    }
  }
}
