import { Customers } from '../customers.js';
import { chatRequest, chatRequests, model } from '../http-requests.js';
import type { Destination, LoadOrder, LoadResult, UpstreamOrder } from '../orders.js';
import { slowModel, type TwoProviderRig } from '../two-provider-rig.js';
import { eventsOfStream, refuseMarker } from '../upstream-answers.js';

/** Requests a second, of each kind. */
export interface SoakRates {
  plain: number;
  streams: number;
  leaving: number;
  failing: number;
}

/** A stretch of the load, as its clients saw it. */
export interface Stretch {
  plain: LoadResult;
  streams: LoadResult;
  left: number;
  failing: LoadResult;
  problems: string[];
}

const streamScript = { chunks: 50, intervalMs: 20 };
/** Ten seconds: nobody who leaves has had all of it, whatever keeps the machine busy. */
const leavingScript = { chunks: 500, intervalMs: 20 };
const leaveWithinMs = 1_500;
const expectedFailures = ['status 400', 'status 401', 'status 404'];

/**
 * What customers do all day. Those who leave have accounts and a provider of their own. It is one whose meter runs on when a client
 * has left, so that its adapter reads to the end, and it is known to the nano-USD what they have to pay, too.
 */
export class SoakLoad {
  private constructor(
    private readonly rig: TwoProviderRig,
    private readonly rates: SoakRates,
    readonly leavers: Customers,
  ) {}

  static async prepare(rig: TwoProviderRig, rates: SoakRates, accounts: number): Promise<SoakLoad> {
    await rig.upstreams.fast.ask({ kind: 'script', script: streamScript } satisfies UpstreamOrder);
    await rig.upstreams.slow.ask({ kind: 'script', script: leavingScript } satisfies UpstreamOrder);
    return new SoakLoad(rig, rates, await Customers.create(rig.system.operator, accounts, {}));
  }

  async run(durationMs: number): Promise<Stretch> {
    const { rates } = this;
    const [plain, streams, failing, left] = await Promise.all([
      this.openLoop({ ...this.rig.destination(model) }, rates.plain, durationMs),
      this.openLoop(
        { ...this.rig.destination(model, true), events: eventsOfStream(streamScript.chunks) },
        rates.streams,
        durationMs,
      ),
      this.openLoop({ ports: this.ports, requests: this.failingRequests() }, rates.failing, durationMs),
      this.leave(durationMs),
    ]);
    return { plain, streams, failing, left, problems: problemsOf(plain, streams, failing) };
  }

  private get ports(): readonly number[] {
    return this.rig.system.gatewayPorts;
  }

  private async openLoop(
    order: Destination & { events?: number },
    ratePerSecond: number,
    durationMs: number,
  ): Promise<LoadResult> {
    const phases = [{ ratePerSecond, durationMs }];
    const [load] = await this.rig.generators[0].ask<[LoadResult]>({
      ...order,
      kind: 'open-loop',
      phases,
    } satisfies LoadOrder);
    return load;
  }

  private leave(durationMs: number): Promise<number> {
    return this.rig.generators[1].ask<number>({
      kind: 'leaving',
      ports: this.ports,
      requests: chatRequests(this.leavers.secrets, true, slowModel),
      ratePerSecond: this.rates.leaving,
      durationMs,
      leaveWithinMs,
    } satisfies LoadOrder);
  }

  /** Refused by the provider, for an unknown model, for what is not JSON, and for a key that nobody has. */
  private failingRequests(): string[] {
    const { secrets } = this.rig.customers;
    const asking = (content: string, ofModel = model) =>
      JSON.stringify({ model: ofModel, max_completion_tokens: 50, messages: [{ role: 'user', content }] });
    return secrets.flatMap((secret) => [
      chatRequest(secret, asking(refuseMarker)),
      chatRequest(secret, asking('Hello', 'no-such-model')),
      chatRequest(secret, '{"model":'),
      chatRequest('sk-tr-nobody', asking('Hello')),
    ]);
  }
}

function problemsOf(plain: LoadResult, streams: LoadResult, failing: LoadResult): string[] {
  const failed = [plain, streams].flatMap(({ failures }) => Object.entries(failures));
  const unexpected = Object.entries(failing.failures).filter(
    ([failure]) => !expectedFailures.includes(failure),
  );
  const problems = [...failed, ...unexpected].map(([failure, count]) => `${count} requests: ${failure}`);
  if (failing.answers > 0) problems.push(`${failing.answers} requests that have to fail were answered`);
  return problems;
}
