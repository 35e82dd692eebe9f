import { type ConsumerMessages, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from './nats.js';

export type { JetStreamManager, JsMsg };

export interface QueueConsumerOptions {
  stream: string;
  /** Its durable consumer, shared by every process that takes from it. */
  consumer: string;
  /** Messages that are fetched ahead. */
  maxMessages: number;
  /** Sees to it that stream and consumer are there. A failure is tried again. */
  prepare: (manager: JetStreamManager) => Promise<void>;
  /** Acknowledges the message, or gives it back. Awaited when it returns a promise. @throws never */
  handle: (message: JsMsg) => Promise<void> | void;
  /** The queue is not available at present. */
  onTrouble: (error: unknown) => void;
}

const retryMs = 1_000;

/** Takes messages from a durable JetStream consumer for as long as it is not closed, whatever becomes of the server meanwhile. */
export class QueueConsumer {
  private messages: ConsumerMessages | undefined;
  private ending = false;
  private wake: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly nats: NatsConnection,
    private readonly options: QueueConsumerOptions,
  ) {}

  start(): void {
    this.running = this.run();
    void this.followConnection();
  }

  /** Resolves after the message that is being awaited. */
  async close(): Promise<void> {
    this.ending = true;
    this.wake?.();
    await this.messages?.close();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.ending) {
      try {
        await this.options.prepare(await jetstreamManager(this.nats));
        await this.consume();
      } catch (error) {
        if (!this.ending) this.options.onTrouble(error);
      }
      await this.pause();
    }
  }

  /** A server that came back may not know of our pull any more, and says nothing of it: it is asked anew. */
  private async followConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'reconnect') await this.messages?.close();
    }
  }

  private async consume(): Promise<void> {
    const { stream, consumer: name, maxMessages, handle } = this.options;
    const consumer = await jetstream(this.nats).consumers.get(stream, name);
    if (this.ending) return;
    this.messages = await consumer.consume({ max_messages: maxMessages, abort_on_missing_resource: true });
    for await (const message of this.messages) await handle(message);
  }

  private async pause(): Promise<void> {
    if (this.ending) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, retryMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = undefined;
  }
}
