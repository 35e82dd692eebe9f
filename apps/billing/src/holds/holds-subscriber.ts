import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Msg, Subscription } from '@nats-io/transport-node';
import {
  GatewayAlive,
  ReleaseRequest,
  ReleaseResponse,
  ReserveRequest,
  ReserveResponse,
  SettleRequest,
  SettleResponse,
  subjects,
} from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { validate } from 'uuid';
import { LOGGER, NATS } from '../tokens.js';
import { HoldRepository } from './hold.repository.js';
import { HoldService } from './hold.service.js';
import { tracedOperation } from './trace-hold.js';

const queue = 'billing';

/** Holds over NATS: each message is a batch, each reply answers item by item. */
@Injectable()
export class HoldsSubscriber implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscriptions: Subscription[] = [];
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly service: HoldService,
    private readonly holds: HoldRepository,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.answer(subjects.reserve, async (payload) => {
      const { gatewayId, items } = ReserveRequest.decode(payload);
      const results = await Promise.all(
        items.map((item) =>
          tracedOperation('reserve', item, (traced) => this.service.reserve(gatewayId, traced)),
        ),
      );
      return ReserveResponse.encode({ results }).finish();
    });
    this.answer(subjects.settle, async (payload) => {
      const { items } = SettleRequest.decode(payload);
      const results = await Promise.all(
        items.map((item) => tracedOperation('settle', item, (traced) => this.service.settle(traced))),
      );
      return SettleResponse.encode({ results }).finish();
    });
    this.answer(subjects.release, async (payload) => {
      const { items } = ReleaseRequest.decode(payload);
      const results = await Promise.all(
        items.map((item) => tracedOperation('release', item, (traced) => this.service.release(traced))),
      );
      return ReleaseResponse.encode({ results }).finish();
    });
    this.answer(subjects.gatewayAlive, async (payload) => {
      const { gatewayId } = GatewayAlive.decode(payload);
      if (validate(gatewayId)) await this.holds.gatewayIsAlive(gatewayId);
      return null;
    });
  }

  /** Takes no more, and answers what it took while the connections are still there. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.subscriptions.map((subscription) => subscription.drain()));
    await Promise.all(this.inFlight);
  }

  private answer(subject: string, handle: (payload: Uint8Array) => Promise<Uint8Array | null>): void {
    const callback = (error: Error | null, message: Msg) => {
      if (error) {
        this.logger.error({ err: error, subject }, 'holds: subscription failed');
        return;
      }
      // No reply on failure: to the sender that is a time-out, which it must treat as ambiguous anyway.
      const handled = handle(message.data)
        .then((reply) => {
          if (reply && message.reply) message.respond(reply);
        })
        .catch((cause: unknown) => this.logger.error({ err: cause, subject }, 'holds: message failed'))
        .finally(() => this.inFlight.delete(handled));
      this.inFlight.add(handled);
    };
    this.subscriptions.push(this.nats.subscribe(subject, { queue, callback }));
  }
}
