import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from '@tokenroute/service-kit';
import { ZodError } from 'zod';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { loggableError } from './loggable-error.js';
import { PollingLoop } from '../polling/polling-loop.js';
import { type EventOutcome, type StoredEvent, StripeEventRepository } from './stripe-event.repository.js';
import { StripeEventService } from './stripe-event.service.js';

/** Processes stored events one after the other. Several processes may: each event is with one of them. */
@Injectable()
export class StripeEventsWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: PollingLoop;

  constructor(
    private readonly events: StripeEventRepository,
    private readonly service: StripeEventService,
    @Inject(CONFIG) config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.loop = new PollingLoop(
      () => this.processOne(),
      config.PAYMENTS_INTERVAL_MS,
      (error) => this.logger.warn({ err: error }, 'payments: events cannot be processed'),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  kick(): void {
    this.loop.kick();
  }

  /** @returns whether there was one */
  async processOne(): Promise<boolean> {
    const result = await this.events.processOne((event) => this.tryToProcess(event));
    if (!result) return false;
    const { event, state, problem } = result;
    const about = { event: event.id, type: event.type, state, problem };
    if (state === 'held' || state === 'failed') {
      this.logger.error({ ...about, alarm: true }, 'payments: an event needs an operator');
    } else if (state === 'received') {
      this.logger.warn(about, 'payments: an event could not be processed yet');
    } else {
      this.logger.debug(about, 'payments: event');
    }
    return true;
  }

  private async tryToProcess(event: StoredEvent): Promise<EventOutcome> {
    try {
      return await this.service.process(event);
    } catch (error) {
      this.logger.warn({ ...loggableError(error), event: event.id }, 'payments: event failed');
      // It will not be another one when it is read again.
      if (error instanceof ZodError) return { kind: 'held', problem: 'it does not have the shape it should' };
      return { kind: 'again', problem: nameOf(error) };
    }
  }
}

/** The message of somebody else's error may quote what must not be kept. */
function nameOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: unknown };
  return [name ?? 'Error', code].filter(Boolean).join(' ');
}
