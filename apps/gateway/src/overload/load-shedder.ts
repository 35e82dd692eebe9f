import type { IncomingMessage, ServerResponse } from 'node:http';
import { AdmissionQueue, begunPerTurn } from './admission-queue.js';
import type { BillingLimit } from './billing-limit.js';
import { EarlyRefusals } from './early-refusals.js';
import { requestsUnderWay, requestsWaiting } from './overload-metrics.js';
import type { RefusalReason } from './overloaded.js';
import { refuse } from './refusal.js';

/** Who watches over the gateway, and who learns of its API, costs nothing worth refusing. */
const alwaysAnswered: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/openapi.json']);
const completions = '/v1/chat/completions';
const otherRoute = 'unknown';
/** At billing, for who begins: so that it is not refused there, after having waited, because of those that began with it. */
const roomToBegin = 2 * begunPerTurn;

/**
 * Refuses what comes while there is too much to do, before anything is done for it: it does not reach the framework, its key is
 * not looked up, its body not read. At twice the capacity every second request ends here, on the core that the others need.
 */
export class LoadShedder {
  private underWay = 0;
  private readonly queue: AdmissionQueue;
  private readonly earlyRefusals = new EarlyRefusals(completions, () => this.reasonToRefuse());

  constructor(
    billing: BillingLimit,
    private readonly maxRequests: number,
  ) {
    this.queue = new AdmissionQueue({
      hasRoom: () => billing.hasRoomFor(roomToBegin),
      nowMs: () => performance.now(),
    });
    requestsUnderWay.addCallback((result) => result.observe(this.underWay));
    requestsWaiting.addCallback((result) => result.observe(this.queue.length));
  }

  /** Answers with a 503, or begins the request now or in one of the next turns of the event loop. */
  admit(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    const path = request.url!;
    if (alwaysAnswered.has(path)) return begin();
    const reason = this.reasonToRefuse();
    const route = path === completions ? path : otherRoute;
    if (reason !== null) {
      refuse(response, reason, route);
      this.earlyRefusals.watch(request.socket);
      return;
    }
    this.underWay += 1;
    response.once('close', () => this.leave(request));
    // Its client may have gone away meanwhile, and a connection that is gone has no address.
    const unlessGone = (then: () => void) => () => {
      if (!response.destroyed && !request.socket.destroyed) then();
    };
    this.queue.push(
      unlessGone(begin),
      unlessGone(() => refuse(response, 'billing', route)),
    );
  }

  /** The gateway takes no more connections soon: its clients are told so. */
  end(): void {
    this.earlyRefusals.end();
  }

  private reasonToRefuse(): RefusalReason | null {
    if (this.underWay >= this.maxRequests) return 'requests';
    return this.queue.admits() ? null : 'queue';
  }

  private leave({ socket }: IncomingMessage): void {
    if (this.reasonToRefuse() !== null) this.earlyRefusals.watch(socket);
    this.underWay -= 1;
  }
}
