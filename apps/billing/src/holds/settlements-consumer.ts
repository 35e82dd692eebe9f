import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AckPolicy, RetentionPolicy } from '@nats-io/jetstream';
import { settlementsStream } from '@tokenroute/contracts';
import {
  type JetStreamManager,
  type JsMsg,
  type Logger,
  type NatsConnection,
  QueueConsumer,
} from '@tokenroute/service-kit';
import { DeadLetterService } from '../dead-letters/dead-letter.service.js';
import {
  decodeSettlements,
  type NewDeadLetter,
  refusedSettlements,
} from '../dead-letters/refused-settlements.js';
import { LOGGER, NATS } from '../tokens.js';
import { HoldService } from './hold.service.js';
import { tracedOperation } from './trace-hold.js';

const redeliverAfterMs = 2_000;
/** After so many a settlement that only this item's own content can keep from being written is a dead letter too. */
const maxDeliveries = 30;
const secondInNanoseconds = 1_000_000_000;

/**
 * The settlements that got no reply, from their JetStream work queue. Acknowledged after the charge is committed, and
 * what billing refuses for good after it is committed to the dead letters, where an operator finds it.
 */
@Injectable()
export class SettlementsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly queue: QueueConsumer;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly holds: HoldService,
    private readonly deadLetters: DeadLetterService,
    @Inject(NATS) nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.queue = new QueueConsumer(nats, {
      stream: settlementsStream.stream,
      consumer: settlementsStream.consumer,
      maxMessages: 100,
      prepare: (manager) => this.prepare(manager),
      // Not awaited: messages that are here together are written together.
      handle: (message) => {
        const handled = this.handle(message)
          .catch((error: unknown) => {
            this.logger.error({ err: error }, 'settlements: message failed');
            message.nak(redeliverAfterMs);
          })
          .finally(() => this.inFlight.delete(handled));
        this.inFlight.add(handled);
      },
      onTrouble: (error) =>
        this.logger.warn({ err: error }, 'settlements: queue not available, trying again'),
    });
  }

  onApplicationBootstrap(): void {
    this.queue.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.queue.close();
    await Promise.all(this.inFlight);
  }

  private async prepare(manager: JetStreamManager): Promise<void> {
    const { stream, subject, consumer } = settlementsStream;
    await manager.streams.add({ name: stream, subjects: [subject], retention: RetentionPolicy.Workqueue });
    const durable = {
      durable_name: consumer,
      ack_policy: AckPolicy.Explicit,
      ack_wait: 30 * secondInNanoseconds,
    };
    const known = await manager.consumers.add(stream, durable);
    const { state } = await manager.streams.info(stream);
    // A server that was killed may come back with messages its consumer thinks are done: it starts over, and the hold
    // ids make what was settled before harmless.
    if (state.messages > 0 && known.num_pending + known.num_ack_pending < state.messages) {
      this.logger.warn(
        { queued: state.messages, known: known.num_pending },
        'settlements: consumer starts over',
      );
      await manager.consumers.delete(stream, consumer);
      await manager.consumers.add(stream, durable);
    }
  }

  private async handle(message: JsMsg): Promise<void> {
    const items = decodeSettlements(message.data);
    const refused: NewDeadLetter[] = items
      ? refusedSettlements(
          items,
          await Promise.all(
            items.map((item) => tracedOperation('settle', item, (traced) => this.holds.settle(traced))),
          ),
        )
      : [{ payload: message.data, reason: 'undecodable' }];
    const mayPass = refused.some(({ reason }) => reason === 'failed');
    if (mayPass && message.info.deliveryCount < maxDeliveries) return message.nak(redeliverAfterMs);
    if (refused.length > 0) await this.deadLetters.keep(refused);
    message.ack();
  }
}
