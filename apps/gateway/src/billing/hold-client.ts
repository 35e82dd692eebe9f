import { Inject, Injectable } from '@nestjs/common';
import {
  EndRefusal,
  type Release,
  ReleaseRequest,
  ReleaseResponse,
  type ReleaseResult,
  type Reservation,
  ReserveRequest,
  ReserveResponse,
  type ReserveResult,
  type Settlement,
  SettleRequest,
  SettleResponse,
  type SettleResult,
  subjects,
} from '@tokenroute/contracts';
import type { NatsConnection } from '@tokenroute/service-kit';
import type { GatewayConfig } from '../config.js';
import { CONFIG, GATEWAY_ID, NATS } from '../tokens.js';
import { RequestBatcher } from './request-batcher.js';

const maxItemsPerMessage = 200;

/** Billing's reserve, settle and release over NATS request/reply, a batch per turn of the event loop. No retries here. */
@Injectable()
export class HoldClient {
  private readonly reservations: RequestBatcher<Reservation, ReserveResult>;
  private readonly settlements: RequestBatcher<Settlement, SettleResult>;
  private readonly releases: RequestBatcher<Release, ReleaseResult>;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(GATEWAY_ID) gatewayId: string,
  ) {
    this.reservations = new RequestBatcher(async (items) => {
      const payload = ReserveRequest.encode({ gatewayId, items }).finish();
      return ReserveResponse.decode(await this.request(subjects.reserve, payload)).results;
    }, maxItemsPerMessage);
    this.settlements = new RequestBatcher(async (items) => {
      const payload = SettleRequest.encode({ items }).finish();
      return SettleResponse.decode(await this.request(subjects.settle, payload)).results;
    }, maxItemsPerMessage);
    this.releases = new RequestBatcher(async (items) => {
      const payload = ReleaseRequest.encode({ items }).finish();
      return ReleaseResponse.decode(await this.request(subjects.release, payload)).results;
    }, maxItemsPerMessage);
  }

  /** Rejects when no reply came in time: whether it holds is then unknown. */
  reserve(item: Reservation): Promise<ReserveResult> {
    return this.reservations.submit(item);
  }

  /** Rejects when no reply came in time, or billing could not write: whether it was charged is then unknown. */
  async settle(item: Settlement): Promise<SettleResult> {
    return answered(await this.settlements.submit(item));
  }

  /** Rejects when no reply came in time, or billing could not write. */
  async release(item: Release): Promise<ReleaseResult> {
    return answered(await this.releases.submit(item));
  }

  private async request(subject: string, payload: Uint8Array): Promise<Uint8Array> {
    const reply = await this.nats.request(subject, payload, { timeout: this.config.BILLING_TIMEOUT_MS });
    return reply.data;
  }
}

function answered<Result extends SettleResult | ReleaseResult>(result: Result): Result {
  const { outcome } = result;
  if (outcome?.$case === 'refused' && outcome.value === EndRefusal.END_REFUSAL_FAILED) {
    throw new Error('billing could not write');
  }
  return result;
}
