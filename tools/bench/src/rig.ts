import type { Rates } from '@tokenroute/contracts';
import { type BenchServers, startBenchServers } from './bench-servers.js';
import { type BenchSystem, startBenchSystem } from './bench-system.js';
import { Customers } from './customers.js';
import { DatabaseCounters } from './database-counters.js';
import { chatRequests, model } from './http-requests.js';
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
  destination(target: TargetName, stream: boolean): { port: number; requests: string[] };
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

/** @param folder takes the servers' data and all logs */
export async function startRig(folder: string, accounts: number): Promise<Rig> {
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
    });
    undo.push(() => system.stop());
    const database = await DatabaseCounters.connect(servers.postgres.url);
    undo.push(() => database.close());
    const customers = {
      tokenroute: await Customers.create(system.operator, accounts, {}),
      'tokenroute, limits': await Customers.create(system.operator, accounts, wideLimits),
    };
    const ports: Record<TargetName, number> = {
      upstream: upstreamPort,
      proxy: proxyPort,
      tokenroute: system.gatewayPort,
      'tokenroute, limits': system.gatewayPort,
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
        return { port: ports[target], requests: chatRequests(ports[target], secrets, stream) };
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
