import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What was measured (docs/benchmarks.md), and what is reckoned with. Change scale-figures.json when a benchmark changes. */
export interface ScaleFigures {
  measured: {
    /** Of a request, by process, in milliseconds. */
    processorMs: Record<string, number>;
    /** Of PostgreSQL's write-ahead log, and of all tables with their indexes, in bytes a request. */
    logBytes: number;
    ledgerBytes: number;
    /** A batch of holds with the batch that settles them, in milliseconds: whatever is in it, and for each item. */
    batchMs: number;
    itemMs: number;
    /** Through billing's service, on two cores that everything shares. */
    oneAccountPerSecond: number;
    rolledUpPerSecond: number;
    /** The whole proof, for each million charges. */
    proofSecondsPerMillion: number;
  };
  assumed: {
    requestsPerSecond: number;
    /** Share of a core that is planned for. */
    utilisation: number;
    coresPerServer: number;
    diskMegabytesPerSecond: number;
    accounts: number;
    shards: readonly number[];
    maxItems: number;
    writers: number;
  };
}

export function readScaleFigures(): ScaleFigures {
  const file = fileURLToPath(new URL('../scale-figures.json', import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as ScaleFigures;
}
