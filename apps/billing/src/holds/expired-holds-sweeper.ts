import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { CONFIG, LOGGER, NATS } from '../tokens.js';
import { countExpired } from './hold-metrics.js';
import { HoldRepository } from './hold.repository.js';

const holdsPerSweep = 500;

/**
 * Gives back holds that nobody will end: their time ran out, or their gateway fell silent. While this service itself
 * could not hear the gateways (just started, NATS away), silence proves nothing and only time counts as evidence.
 * Several may run: what one sweep ends, another finds ended.
 */
@Injectable()
export class ExpiredHoldsSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private hearingSinceMs = Number.POSITIVE_INFINITY;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly holds: HoldRepository,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(CONFIG) private readonly config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.hearingSinceMs = performance.now();
    void this.followConnection();
    this.timer = setInterval(() => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    }, this.config.SWEEP_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private async sweep(): Promise<void> {
    const heardLongEnough = performance.now() - this.hearingSinceMs > this.config.GATEWAY_SILENCE_MS;
    const silenceMs = heardLongEnough ? this.config.GATEWAY_SILENCE_MS : this.config.HOLD_TIME_TO_LIVE_MS;
    try {
      let ended: number;
      do {
        ended = await this.holds.expire(silenceMs, holdsPerSweep);
        countExpired(ended);
        if (ended > 0) this.logger.warn({ ended }, 'holds: expired');
      } while (ended === holdsPerSweep);
    } catch (error) {
      this.logger.warn({ err: error }, 'holds: sweep failed');
    }
  }

  private async followConnection(): Promise<void> {
    for await (const status of this.nats.status()) {
      if (status.type === 'disconnect') this.hearingSinceMs = Number.POSITIVE_INFINITY;
      if (status.type === 'reconnect') this.hearingSinceMs = performance.now();
    }
  }
}
