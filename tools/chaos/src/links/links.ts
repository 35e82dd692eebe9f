import { FaultProxy } from './fault-proxy.js';

/** A link has a direction: who opens connections over it, and to whom. */
export interface LinkEnds {
  from: string;
  to: string;
}

/** Every link of a system, each through a proxy of its own. */
export class Links {
  private constructor(private readonly proxies: ReadonlyMap<string, { ends: LinkEnds; proxy: FaultProxy }>) {}

  /** @param wanted with the port, on 127.0.0.1, of the far end */
  static async open(wanted: readonly (LinkEnds & { port: number })[]): Promise<Links> {
    const opened = await Promise.all(
      wanted.map(async ({ from, to, port }) => {
        const proxy = await FaultProxy.listen(port);
        return [keyOf({ from, to }), { ends: { from, to }, proxy }] as const;
      }),
    );
    return new Links(new Map(opened));
  }

  get all(): LinkEnds[] {
    return [...this.proxies.values()].map(({ ends }) => ends);
  }

  has(ends: LinkEnds): boolean {
    return this.proxies.has(keyOf(ends));
  }

  /** @throws Error when there is no such link */
  proxy(ends: LinkEnds): FaultProxy {
    const found = this.proxies.get(keyOf(ends));
    if (found === undefined) throw new Error(`there is no link ${keyOf(ends)}`);
    return found.proxy;
  }

  /** Where `from` finds `to`: host:port. */
  address(ends: LinkEnds): string {
    return `127.0.0.1:${this.proxy(ends).port}`;
  }

  heal(): void {
    for (const { proxy } of this.proxies.values()) proxy.heal();
  }

  async close(): Promise<void> {
    await Promise.all([...this.proxies.values()].map(({ proxy }) => proxy.close()));
  }
}

function keyOf({ from, to }: LinkEnds): string {
  return `${from} > ${to}`;
}
