import type { ScaleFigures } from './scale-figures.js';

export interface ProcessNeed {
  process: string;
  processorMs: number;
  cores: number;
}

/** Cores of each process for all requests, at the planned utilisation. */
export function coresNeeded({ measured, assumed }: ScaleFigures): ProcessNeed[] {
  return Object.entries(measured.processorMs).map(([process, processorMs]) => ({
    process,
    processorMs,
    cores: (processorMs * assumed.requestsPerSecond) / 1_000 / assumed.utilisation,
  }));
}

export interface Ceiling {
  what: string;
  requestsPerSecond: number;
  /** What the design has for it already, or what is to be changed. */
  answer: string;
}

/** What one of each carries, the lowest first: the order in which things break when the load grows. */
export function ceilings({ measured, assumed }: ScaleFigures): Ceiling[] {
  const { processorMs } = measured;
  const perCore = (process: string) => (1_000 * assumed.utilisation) / processorMs[process]!;
  const perServer = (process: string) => assumed.coresPerServer * perCore(process);
  const all: Ceiling[] = [
    {
      what: 'one gateway process',
      requestsPerSecond: perCore('gateway'),
      answer: 'more of them: a gateway keeps nothing',
    },
    {
      what: 'one adapter process of a provider',
      requestsPerSecond: perCore('adapter'),
      answer: 'more of them: a gateway holds a stream to each',
    },
    {
      what: 'one billing process',
      requestsPerSecond: perCore('billing'),
      answer: 'more of them: the queue group shares the batches out',
    },
    {
      what: 'one Redis',
      requestsPerSecond: perCore('redis'),
      answer: 'Redis Cluster: the keys of a limit carry the slot tag {key id} already',
    },
    {
      what: 'one account',
      requestsPerSecond: measured.oneAccountPerSecond,
      answer: 'batches, one lock for each; above it, sub-accounts with balances of their own',
    },
    {
      what: 'one roll-up of usage',
      requestsPerSecond: measured.rolledUpPerSecond * assumed.utilisation,
      answer: 'by shard: each database has its own',
    },
    {
      what: `one PostgreSQL of ${assumed.coresPerServer} cores`,
      requestsPerSecond: perServer('postgres'),
      answer: 'shards by account: every message names its account, house accounts have no balance to share',
    },
    {
      what: `one PostgreSQL's log, ${assumed.diskMegabytesPerSecond} MB/s`,
      requestsPerSecond: (assumed.diskMegabytesPerSecond * 1e6) / measured.logBytes,
      answer: 'shards by account',
    },
    {
      what: `one NATS server of ${assumed.coresPerServer} cores`,
      requestsPerSecond: perServer('nats'),
      answer: 'a cluster: subjects by shard; core NATS keeps nothing',
    },
  ];
  return all.sort((left, right) => left.requestsPerSecond - right.requestsPerSecond);
}

export interface LedgerGrowth {
  rowsPerDay: number;
  gigabytesPerDay: number;
  /** Of a ledger of one day. */
  proofHours: number;
}

/** Of one shard's part of the requests, as if they came all day. */
export function ledgerGrowth({ measured }: ScaleFigures, requestsPerSecond: number): LedgerGrowth {
  const rowsPerDay = requestsPerSecond * 86_400;
  return {
    rowsPerDay,
    gigabytesPerDay: (rowsPerDay * measured.ledgerBytes) / 1e9,
    proofHours: ((rowsPerDay / 1e6) * measured.proofSecondsPerMillion) / 3_600,
  };
}
