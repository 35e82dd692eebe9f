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
import { BillingLimit } from '../overload/billing-limit.js';
import { CONFIG, GATEWAY_ID, NATS } from '../tokens.js';
import { RequestBatcher } from './request-batcher.js';

/** What comes back for more of them would keep the event loop busy for too long at a time. */
const maxItems = 64;
/** One is being written by billing while the next is on its way. */
const maxUnderWay = 2;
const patienceMs = 50;
/** Billing writes one statement a request: sixteen items in one cost PostgreSQL little more than one item does. */
const gatheringMs = 10;
/** So many holds and charges wait only where there is no processor time left to answer them sooner. */
const crowd = 64;

/** Billing's reserve, settle and release over NATS request/reply, in batches. No retries here. */
@Injectable()
export class HoldClient {
  private readonly reservations: RequestBatcher<Reservation, ReserveResult>;
  private readonly settlements: RequestBatcher<Settlement, SettleResult>;
  private readonly releases: RequestBatcher<Release, ReleaseResult>;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(GATEWAY_ID) gatewayId: string,
    private readonly limit: BillingLimit,
  ) {
    this.reservations = batcher(limit, async (items) => {
      const payload = ReserveRequest.encode({ gatewayId, items }).finish();
      return ReserveResponse.decode(await this.request(subjects.reserve, payload)).results;
    });
    this.settlements = batcher(limit, async (items) => {
      const payload = SettleRequest.encode({ items }).finish();
      return SettleResponse.decode(await this.request(subjects.settle, payload)).results;
    });
    this.releases = batcher(limit, async (items) => {
      const payload = ReleaseRequest.encode({ items }).finish();
      return ReleaseResponse.decode(await this.request(subjects.release, payload)).results;
    });
  }

  /** Rejects when no reply came in time: whether it holds is then unknown. */
  async reserve(item: Reservation): Promise<ReserveResult> {
    const begunAtMs = this.limit.begin();
    try {
      return await this.reservations.submit(item);
    } finally {
      this.limit.endHold(begunAtMs);
    }
  }

  /** Rejects when no reply came in time, or billing could not write: whether it was charged is then unknown. */
  async settle(item: Settlement): Promise<SettleResult> {
    const begunAtMs = this.limit.begin();
    try {
      return answered(await this.settlements.submit(item));
    } finally {
      this.limit.endCharge(begunAtMs);
    }
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

function batcher<Item, Result>(
  limit: BillingLimit,
  send: (items: Item[]) => Promise<Result[]>,
): RequestBatcher<Item, Result> {
  return new RequestBatcher({
    send,
    maxItems,
    maxUnderWay,
    patienceMs,
    isCrowded: () => limit.waiting >= crowd,
    gatheringMs,
  });
}

function answered<Result extends SettleResult | ReleaseResult>(result: Result): Result {
  const { outcome } = result;
  if (outcome?.$case === 'refused' && outcome.value === EndRefusal.END_REFUSAL_FAILED) {
    throw new Error('billing could not write');
  }
  return result;
}
