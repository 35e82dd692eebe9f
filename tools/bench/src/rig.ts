import type { Rates } from '@tokenroute/contracts';
import { type BenchServers, startBenchServers } from './bench-servers.js';
import { type BenchSystem, startBenchSystem } from './bench-system.js';
import { Customers } from './customers.js';
import { DatabaseCounters } from './database-counters.js';
import { chatRequests, model } from './http-requests.js';
import type { Destination } from './orders.js';
import type { TargetName } from './plan.js';
import type { Watched } from './processor-time.js';
import { WorkerProcess } from './worker-process.js';

/** Everything that runs during a benchmark. */
export interface Rig {
  system: BenchSystem;
  servers: BenchServers;
  upstream: WorkerProcess;
  generator: WorkerProcess;
  database: DatabaseCounters;
  rates: Rates;
  /** Whose keys a target is asked with; none but the product knows keys. */
  customers: Partial<Record<TargetName, Customers>>;
  destination(target: TargetName, stream: boolean): Destination;
  processes(): Watched[];
  stop(): Promise<void>;
}

/** Limits that are counted for every request and never reached. */
const wideLimits = { requestsPerMinute: 100_000_000, tokensPerMinute: 2_000_000_000 };

/** Open streams are connections to the provider, and places at the gateway. */
const forThousandsOfStreams = {
  gateway: { MAX_REQUESTS: '12000', MAX_REQUESTS_PER_PROVIDER: '10000' },
  'adapter-openai': { MAX_IN_FLIGHT: '10000' },
};

export interface RigOptions {
  /** Each with a key of its own. */
  accounts: number;
  /** Processes that the load is spread over. */
  gateways: number;
}

/** @param folder takes the servers' data and all logs */
export async function startRig(folder: string, { accounts, gateways }: RigOptions): Promise<Rig> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const [generator, upstream] = (['load-generator', 'static-upstream'] as const).map((name) => {
      const worker = WorkerProcess.start(name);
      undo.push(() => worker.stop());
      return worker;
    });
    const upstreamPort = await upstream!.ask<number>({ kind: 'port' });
    const proxy = WorkerProcess.start('pass-through-proxy', [`http://127.0.0.1:${upstreamPort}`]);
    undo.push(() => proxy.stop());
    const proxyPort = await proxy.ask<number>({ kind: 'port' });
    const servers = await startBenchServers(folder);
    undo.push(() => servers.stop());
    const system = await startBenchSystem(folder, servers, {
      upstreams: { openai: upstreamPort },
      overrides: forThousandsOfStreams,
      gateways,
    });
    undo.push(() => system.stop());
    const database = await DatabaseCounters.connect(servers.postgres.url);
    undo.push(() => database.close());
    const customers = await createCustomers(system, accounts);
    const ports: Record<TargetName, readonly number[]> = {
      upstream: [upstreamPort],
      proxy: [proxyPort],
      tokenroute: system.gatewayPorts,
      'tokenroute, limits': system.gatewayPorts,
    };
    return {
      system,
      servers,
      upstream: upstream!,
      generator: generator!,
      database,
      rates: await system.rates(model),
      customers,
      destination: (target, stream) => {
        const secrets = target in customers ? customers[target as keyof typeof customers].secrets : ['none'];
        return { ports: ports[target], requests: chatRequests(secrets, stream) };
      },
      processes: () => [
        ...system.processes(),
        ...servers.processes,
        { name: 'proxy', pid: proxy.pid },
        { name: 'upstream', pid: upstream!.pid },
        { name: 'generator', pid: generator!.pid },
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createCustomers({ operator }: BenchSystem, accounts: number) {
  return {
    tokenroute: await Customers.create(operator, accounts, {}),
    'tokenroute, limits': await Customers.create(operator, accounts, wideLimits),
  };
}
