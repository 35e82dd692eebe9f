import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  AckPolicy,
  type ConsumerMessages,
  jetstream,
  jetstreamManager,
  type JsMsg,
  RetentionPolicy,
} from '@nats-io/jetstream';
import {
  EndRefusal,
  type Settlement,
  SettleRequest,
  type SettleResult,
  settlementsStream,
} from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import { HoldService } from './hold.service.js';

const redeliverAfterMs = 2_000;
const setUpRetryMs = 1_000;
const secondInNanoseconds = 1_000_000_000;

/**
 * The settlements that got no reply, from their JetStream work queue. Acknowledged after the charge is committed; what
 * billing refuses for good goes to the dead letters, where an operator finds it.
 */
@Injectable()
export class SettlementsConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private messages: ConsumerMessages | undefined;
  private ending = false;

  constructor(
    private readonly holds: HoldService,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    void this.run();
    void this.followConnection();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.messages?.close();
  }

  private async run(): Promise<void> {
    while (!this.ending) {
      try {
        await this.setUp();
        await this.consume();
      } catch (error) {
        this.logger.warn({ err: error }, 'settlements: queue not available, trying again');
      }
      if (!this.ending) await new Promise((resolve) => setTimeout(resolve, setUpRetryMs));
    }
  }

  /** A server that came back may not know of our pull any more, and says nothing of it: it is asked anew. */
  private async followConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'reconnect') await this.messages?.close();
    }
  }

  private async setUp(): Promise<void> {
    const manager = await jetstreamManager(this.nats);
    const { stream, subject, consumer, deadLetterStream, deadLetterSubject } = settlementsStream;
    await manager.streams.add({ name: stream, subjects: [subject], retention: RetentionPolicy.Workqueue });
    await manager.streams.add({ name: deadLetterStream, subjects: [deadLetterSubject] });
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

  private async consume(): Promise<void> {
    const consumer = await jetstream(this.nats).consumers.get(
      settlementsStream.stream,
      settlementsStream.consumer,
    );
    this.messages = await consumer.consume({ max_messages: 100 });
    for await (const message of this.messages) {
      // Not awaited: messages that are here together are written together.
      this.handle(message).catch((error: unknown) => {
        this.logger.error({ err: error }, 'settlements: message failed');
        message.nak(redeliverAfterMs);
      });
    }
  }

  private async handle(message: JsMsg): Promise<void> {
    const items = decode(message.data);
    if (!items) return this.bury(message, 'not a SettleRequest');
    const results = await Promise.all(items.map((item) => this.holds.settle(item)));
    if (results.some(mayBeTriedAgain)) return message.nak(redeliverAfterMs);
    if (results.some((result) => result.outcome?.$case === 'refused')) return this.bury(message, 'refused');
    message.ack();
  }

  private async bury(message: JsMsg, reason: string): Promise<void> {
    this.logger.error({ reason, sequence: message.seq }, 'settlements: dead letter');
    await jetstream(this.nats).publish(settlementsStream.deadLetterSubject, message.data, {
      msgID: `${settlementsStream.stream}-${message.seq}`,
    });
    message.ack();
  }
}

/** Null also for no settlement at all: unknown fields are skipped, so a foreign payload may look like an empty one. */
function decode(payload: Uint8Array): Settlement[] | null {
  try {
    const { items } = SettleRequest.decode(payload);
    return items.length > 0 ? items : null;
  } catch {
    return null;
  }
}

function mayBeTriedAgain(result: SettleResult): boolean {
  return result.outcome?.$case === 'refused' && result.outcome.value === EndRefusal.END_REFUSAL_FAILED;
}
