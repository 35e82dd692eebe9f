import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

const askEveryMs = 100;

/**
 * The gateways, as a load balancer sees them: requests go in turn to those whose /readyz says 200, over connections that are
 * kept. Nothing is sent twice.
 */
export class ReadyGateways {
  private readonly gateways: { pool: Pool; ready: boolean }[];
  private readonly watching: Promise<void>;
  private ended = false;
  private turn = 0;

  constructor(urls: readonly string[]) {
    this.gateways = urls.map((url) => ({ pool: new Pool(url, { keepAliveTimeout: 60_000 }), ready: true }));
    this.watching = this.watch();
  }

  /** The next gateway that is ready. @throws when none is */
  next(): Pool {
    for (let tried = 0; tried < this.gateways.length; tried += 1) {
      this.turn = (this.turn + 1) % this.gateways.length;
      const gateway = this.gateways[this.turn]!;
      if (gateway.ready) return gateway.pool;
    }
    throw new Error('no gateway is ready');
  }

  async close(): Promise<void> {
    this.ended = true;
    await this.watching;
    await Promise.all(this.gateways.map(({ pool }) => pool.close()));
  }

  private async watch(): Promise<void> {
    while (!this.ended) {
      await Promise.all(this.gateways.map(async (gateway) => (gateway.ready = await isReady(gateway.pool))));
      await delay(askEveryMs);
    }
  }
}

async function isReady(pool: Pool): Promise<boolean> {
  try {
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/readyz' });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
