import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { CompleteRequest } from '@tokenroute/contracts';
import type { Logger, TlsConfig } from '@tokenroute/service-kit';
import {
  adapterUnavailable,
  type CompletionListener,
  ExchangeClient,
  type OpenCompletion,
} from './exchange-client.js';

const lookupIntervalMs = 2_000;

/**
 * The replicas of one provider's adapter, with one stream to each. Completions go to those that are connected, in turn; one
 * that is about to end gets none while there is another.
 */
export class AdapterReplicas {
  private replicas: ExchangeClient[] = [];
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;
  private lookup: Promise<void> | null = null;

  /** @param addresses ip:port of each replica, or one host:port whose name has an address for each, as they come and go */
  constructor(
    private readonly provider: string,
    private readonly addresses: readonly string[],
    private readonly logger: Logger,
    private readonly tls: TlsConfig,
  ) {
    if (addresses.every((address) => isIP(hostOf(address)) !== 0)) this.follow(addresses);
    else this.lookUp();
  }

  /** @throws Fault unavailable when no replica can be reached */
  async open(request: CompleteRequest, listener: CompletionListener): Promise<OpenCompletion> {
    const replica = this.next() ?? (await this.connectAny());
    return replica.open(request, listener);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const replica of this.replicas) replica.close();
  }

  /**
   * The next one that is connected. While there is none, one that is draining, which takes what it is sent; else a new one,
   * which may be about to end and not have said so yet.
   */
  private next(): ExchangeClient | undefined {
    const { replicas } = this;
    let draining: ExchangeClient | undefined;
    let fresh: ExchangeClient | undefined;
    let found: ExchangeClient | undefined;
    for (let tried = 0; tried < replicas.length && !found; tried += 1) {
      this.turn = (this.turn + 1) % replicas.length;
      const replica = replicas[this.turn]!;
      switch (replica.state) {
        case 'connected':
          found = replica;
          break;
        case 'draining':
          draining = replica;
          break;
        case 'new':
          fresh = replica;
          break;
        case 'not-connected':
          // For the requests to come: this one does not wait for a replica that may be down.
          replica.connectInBackground();
          break;
        default:
          replica.state satisfies never;
      }
    }
    return found ?? draining ?? fresh;
  }

  private async connectAny(): Promise<ExchangeClient> {
    if (this.replicas.length === 0) await this.lookup;
    const { provider, replicas } = this;
    if (replicas.length === 0) throw adapterUnavailable(`adapter ${provider}: no address`);
    try {
      return await Promise.any(replicas.map((replica) => replica.connect().then(() => replica)));
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }

  private follow(addresses: readonly string[]): void {
    const known = new Map(this.replicas.map((replica) => [replica.address, replica]));
    this.replicas = addresses.map((address) => {
      const replica = known.get(address) ?? new ExchangeClient(this.provider, address, this.logger, this.tls);
      known.delete(address);
      return replica;
    });
    for (const gone of known.values()) gone.retire();
  }

  /** A name without an answer keeps the replicas that are known. */
  private lookUp(): void {
    const [name, port] = [hostOf(this.addresses[0]!), portOf(this.addresses[0]!)];
    this.lookup = lookup(name, { all: true }).then(
      (found) =>
        this.follow(
          found.map(({ address, family }) => `${family === 6 ? `[${address}]` : address}:${port}`).sort(),
        ),
      (error: unknown) =>
        this.logger.warn({ err: error, provider: this.provider }, 'adapter: name not resolved'),
    );
    this.timer = setTimeout(() => this.lookUp(), lookupIntervalMs).unref();
  }
}

const hostOf = (address: string) => address.slice(0, address.lastIndexOf(':'));
const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1);
