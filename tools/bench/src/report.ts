import type { Benchmark } from './run-benchmark.js';
import { type SummaryRow, summarize, type Tail } from './summary.js';
import { table } from './table.js';
import type { FunctionTime } from './top-functions.js';

const tolerableForeignCores = 0.2;

const bottomLine = {
  right: 'Every answer was complete, every charge is exactly what the upstream served, the ledger is proven.',
  wrong: 'THIS RUN IS WRONG, whatever its speed:',
};

/** The whole benchmark as text. */
export function report(benchmark: Benchmark): string {
  const { machine, rounds, accounts, gateways, problems } = benchmark;
  const rows = summarize(benchmark.runs);
  const parts = [
    `${benchmark.startedAt}: ${machine.cores} cores (${machine.processor}), Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}, ` +
      `${machine.diskSyncMs} ms a disk sync, ${accounts} accounts, ${gateways} gateway(s), medians of ${rounds} round(s)`,
    speedTable(rows),
    ...foreignWork(rows),
    ...section(
      'Streams, ms',
      rows.filter((row) => row.firstEventMs !== undefined),
      streamTable,
    ),
    'Processor milliseconds an answer, by process',
    processorTable(rows),
    ...section(
      'The database, for each answer',
      rows.filter((row) => row.walBytes !== undefined),
      databaseTable,
    ),
    ...section('Memory of open streams', benchmark.streamMemory, memoryTable),
    ...benchmark.profiles.map(
      ({ service, measurement, file, packages, functions }) =>
        `${service}, ${measurement}: time in packages and functions themselves (${file})\n\n` +
        [packages, functions].map(timeTable).join('\n\n'),
    ),
    problems.length === 0
      ? bottomLine.right
      : [bottomLine.wrong, ...problems.map((problem) => `✘ ${problem}`)].join('\n'),
  ];
  return parts.join('\n\n');
}

/** Says so where others had so much of the machine that the figures say more about them than about us. */
function foreignWork(rows: SummaryRow[]): string[] {
  const disturbed = rows.filter(({ foreignCores }) => foreignCores > tolerableForeignCores);
  if (disturbed.length === 0) return [];
  const most = Math.max(...disturbed.map(({ foreignCores }) => foreignCores));
  return [
    `NOT WORTH KEEPING: other programs kept up to ${most.toFixed(2)} cores busy during ${disturbed.length} of ${rows.length} rows.`,
  ];
}

function section<Row>(title: string, rows: Row[], render: (rows: Row[]) => string): string[] {
  return rows.length === 0 ? [] : [title, render(rows)];
}

function speedTable(rows: SummaryRow[]): string {
  return table(
    [
      'load',
      'target',
      'per second',
      'of proxy',
      'p50 ms',
      'p99',
      'p99.9',
      'added p50',
      'p99',
      'p99.9',
      'foreign cores',
    ],
    rows.map((row) => [
      row.measurement,
      row.target,
      row.perSecond.toFixed(0),
      row.perSecondOfProxy.toFixed(2),
      ...tail(row.latencyMs),
      ...(row.target === 'upstream' ? ['', '', ''] : tail(row.addedMs)),
      row.foreignCores.toFixed(2),
    ]),
  );
}

function streamTable(rows: SummaryRow[]): string {
  return table(
    ['load', 'target', 'first event p50', 'p99', 'added p50', 'p99', 'between events p50', 'p99', 'p99.9'],
    rows.map((row) => [
      row.measurement,
      row.target,
      ...tail(row.firstEventMs!).slice(0, 2),
      ...(row.target === 'upstream' ? ['', ''] : tail(row.addedFirstEventMs!).slice(0, 2)),
      ...tail(row.betweenEventsMs!),
    ]),
  );
}

function processorTable(rows: SummaryRow[]): string {
  const names = Object.keys(rows[0]?.processorMs ?? {}).filter((name) => name !== 'benchmark');
  return table(
    ['load', 'target', ...names],
    rows.map((row) => [
      row.measurement,
      row.target,
      ...names.map((name) =>
        (row.processorMs[name] ?? 0) < 0.0005 ? '' : row.processorMs[name]!.toFixed(3),
      ),
    ]),
  );
}

function databaseTable(rows: SummaryRow[]): string {
  return table(
    ['load', 'target', 'writing transactions', 'statements', 'log bytes'],
    rows.map((row) => [
      row.measurement,
      row.target,
      row.writingTransactions!.toFixed(3),
      row.statements?.toFixed(3) ?? 'not counted',
      row.walBytes!.toFixed(0),
    ]),
  );
}

function memoryTable(rows: Benchmark['streamMemory']): string {
  return table(
    [
      'service',
      'streams',
      'resident a stream',
      'heap a stream',
      'minutes later',
      'heap a stream then',
      'sockets before',
      'open',
      'after',
      'heap left',
      'resident left',
    ],
    rows.map((row) => [
      row.service,
      String(row.streams),
      kilobytes(row.rssBytesPerStream),
      kilobytes(row.heapBytesPerStream),
      (row.keptMs / 60_000).toFixed(0),
      kilobytes(row.heapBytesPerKeptStream),
      String(row.socketsBefore),
      String(row.socketsOpen),
      String(row.socketsAfter),
      kilobytes(row.heapBytesLeft),
      kilobytes(row.rssBytesLeft),
    ]),
  );
}

function timeTable(times: FunctionTime[]): string {
  return table(
    ['where', 'ms', 'share'],
    times.map(({ name, selfMs, share }) => [name, selfMs.toFixed(0), percent(share)]),
  );
}

function tail({ p50, p99, p999 }: Tail): string[] {
  return [p50, p99, p999].map((ms) => ms.toFixed(2));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
