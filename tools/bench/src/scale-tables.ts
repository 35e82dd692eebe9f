import { spreadAccounts } from './account-spread.js';
import { readScaleFigures, type ScaleFigures } from './scale-figures.js';
import { ceilings, coresNeeded, ledgerGrowth } from './scale-model.js';
import { seededRandom, simulateShard } from './shard-simulation.js';
import { table } from './table.js';

/** The tables of docs/scale.md by the names of their sections. */
export function scaleTables(figures: ScaleFigures = readScaleFigures()): Record<string, string> {
  return {
    cores: coresTable(figures),
    ceilings: ceilingsTable(figures),
    shards: shardsTable(figures),
    waits: waitsTable(figures),
  };
}

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function coresTable(figures: ScaleFigures): string {
  const needs = coresNeeded(figures);
  const together = needs.reduce((sum, { cores }) => sum + cores, 0);
  return table(
    ['process', 'processor ms a request', 'cores'],
    [
      ...needs.map(({ process, processorMs, cores }) => [process, processorMs.toFixed(2), whole(cores)]),
      ['together', '', whole(together)],
    ],
  );
}

function ceilingsTable(figures: ScaleFigures): string {
  const rows = ceilings(figures).map(({ what, requestsPerSecond, answer }) => [
    what,
    whole(requestsPerSecond),
    answer,
  ]);
  return table(['what', 'requests/s', 'then'], rows);
}

function shardsTable(figures: ScaleFigures): string {
  const { measured, assumed } = figures;
  const rows = assumed.shards.map((shards) => {
    const { heaviestShard } = spreadAccounts(assumed.accounts, shards, seededRandom(shards));
    const perSecond = heaviestShard * assumed.requestsPerSecond;
    const growth = ledgerGrowth(figures, perSecond);
    return [
      String(shards),
      percent(heaviestShard),
      whole(perSecond),
      whole((perSecond * measured.processorMs.postgres!) / 1_000 / assumed.utilisation),
      whole((perSecond * measured.logBytes) / 1e6),
      whole(growth.gigabytesPerDay),
      growth.proofHours.toFixed(1),
    ];
  });
  return table(
    ['shards', 'heaviest', 'requests/s', 'cores', 'log MB/s', 'ledger GB a day', 'proof of a day, hours'],
    rows,
  );
}

function waitsTable({ measured, assumed }: ScaleFigures): string {
  const { batchMs, itemMs } = measured;
  const { maxItems, writers } = assumed;
  const rows = [500, 1_000, 2_000, 4_000, 8_000, 16_000].flatMap((ratePerSecond) =>
    [writers, 1].map((parallel) => {
      const shard = { ratePerSecond, batchMs, itemMs, maxItems, writers: parallel };
      const load = simulateShard(shard, 20, seededRandom(ratePerSecond));
      return [
        whole(ratePerSecond),
        parallel === 1 ? 'one account' : 'many accounts',
        load.meanItems.toFixed(1),
        load.p50Ms.toFixed(1),
        load.p99Ms.toFixed(1),
        percent(load.busy),
      ];
    }),
  );
  return table(['requests/s', 'of', 'in a batch', 'p50 ms', 'p99 ms', 'writers busy'], rows);
}
