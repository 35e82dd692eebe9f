import type { Rates } from '@tokenroute/contracts';
import pg from 'pg';
import { startBenchServers } from './bench-servers.js';
import { type BenchSystem, startBenchSystem } from './bench-system.js';
import { Customers } from './customers.js';
import { expectedCharges } from './expected-charges.js';
import { chatRequests, model } from './http-requests.js';
import type { Destination, Served, UpstreamOrder } from './orders.js';
import type { Watched } from './processor-time.js';
import { placeProcesses } from './place-processes.js';
import { WorkerProcess } from './worker-process.js';

export const slowModel = 'mistral-large';

/** The product with two providers, and who asks it. */
export interface TwoProviderRig {
  system: BenchSystem;
  /** Two, so that a load of its own goes to the slow provider. */
  generators: readonly [WorkerProcess, WorkerProcess];
  upstreams: { fast: WorkerProcess; slow: WorkerProcess };
  customers: Customers;
  /** Who has which cores. */
  placing: string;
  destination(model: string, stream?: boolean): Destination;
  /** Of every hold that was ever taken. */
  countHolds(): Promise<number>;
  takeServed(): Promise<ServedByProvider>;
  /** Services and servers. */
  product(): Watched[];
  /** These, and what puts the load on them. */
  processes(): Watched[];
  stop(): Promise<void>;
}

export interface ServedByProvider {
  fast: Served;
  slow: Served;
  /** What it costs, in nano-USD. */
  expected: { fast: bigint; slow: bigint };
}

export interface TwoProviderRigOptions {
  folder: string;
  accounts: number;
  overrides: Record<string, Record<string, string>>;
}

export async function startTwoProviderRig({
  folder,
  accounts,
  overrides,
}: TwoProviderRigOptions): Promise<TwoProviderRig> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const worker = (name: string) => {
    const started = WorkerProcess.start(name);
    undo.push(() => started.stop());
    return started;
  };
  try {
    const generators = [worker('load-generator'), worker('load-generator')] as const;
    const upstreams = { fast: worker('static-upstream'), slow: worker('static-upstream') };
    const servers = await startBenchServers(folder);
    undo.push(() => servers.stop());
    const system = await startBenchSystem(folder, servers, {
      upstreams: { openai: await portOf(upstreams.fast), mistral: await portOf(upstreams.slow) },
      overrides,
    });
    undo.push(() => system.stop());
    const database = new pg.Client({ connectionString: servers.postgres.url });
    await database.connect();
    undo.push(() => database.end());
    const customers = await Customers.create(system.operator, accounts, {});
    const product = () => [...system.processes(), ...servers.processes];
    const workers = [...generators, upstreams.fast, upstreams.slow];
    const placing = placeProcesses(product(), [...workers.map(({ pid }) => pid), process.pid]);
    undo.unshift(() => placing.end());
    return {
      system,
      generators,
      upstreams,
      customers,
      placing: placing.text,
      destination: (ofModel, stream = false) => ({
        ports: system.gatewayPorts,
        requests: chatRequests(customers.secrets, stream, ofModel),
      }),
      countHolds: () => countHolds(database),
      takeServed: takerOf(upstreams, {
        fast: await system.rates(model),
        slow: await system.rates(slowModel),
      }),
      product,
      processes: () => [...product(), ...workers.map(({ name, pid }) => ({ name, pid }))],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function portOf(upstream: WorkerProcess): Promise<number> {
  return upstream.ask<number>({ kind: 'port' });
}

async function countHolds(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM billing.holds',
  );
  return rows[0]!.count;
}

function takerOf(upstreams: TwoProviderRig['upstreams'], rates: { fast: Rates; slow: Rates }) {
  const take = (upstream: WorkerProcess) =>
    upstream.ask<Served>({ kind: 'take-served' } satisfies UpstreamOrder);
  return async (): Promise<ServedByProvider> => {
    const [fast, slow] = await Promise.all([take(upstreams.fast), take(upstreams.slow)]);
    const expected = { fast: expectedCharges(fast, rates.fast), slow: expectedCharges(slow, rates.slow) };
    return { fast, slow, expected };
  };
}
