import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { GatewayAlive, subjects } from '@tokenroute/contracts';
import type { NatsConnection } from '@tokenroute/service-kit';
import { GATEWAY_ID, NATS } from '../tokens.js';

const intervalMs = 3_000;

/** Tells billing that this gateway is there to end its holds. */
@Injectable()
export class Heartbeat implements OnModuleInit, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(GATEWAY_ID) private readonly gatewayId: string,
  ) {}

  onModuleInit(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), intervalMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    this.nats.publish(subjects.gatewayAlive, GatewayAlive.encode({ gatewayId: this.gatewayId }).finish());
  }
}
