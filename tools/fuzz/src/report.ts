import type { ServiceMemory, Stall } from '@tokenroute/bench';
import { megabytes } from './oracle/judge-gateway.js';

/** A case the gateway answered as it may not. */
export interface FailedCase {
  index: number;
  kind: string;
  what: string;
  problems: string[];
}

/** One run, as it is kept in `.tokenroute/fuzz/seed-N.json`. */
export interface FuzzReport {
  seed: number;
  startedAt: Date;
  cases: number;
  /** How many were asked for. */
  wanted: number;
  answers: number;
  /** How many answers had which status. */
  statuses: Record<string, number>;
  seconds: number;
  longestStall: Stall | null;
  /** What one request alone may keep the event loop, of processor time, on a machine as fast as this one. */
  mostBusyMs: number;
  memory: { before: ServiceMemory; after: ServiceMemory };
  /** A good request's, among the hostile ones and alone at the end. */
  goodRequestMs: { slowestAmong: number; atTheEnd: number };
  /** The first hundred. */
  failed: FailedCase[];
  failedCount: number;
  /** What is wrong with the whole. */
  problems: string[];
}

export function isClean({ failedCount, problems }: FuzzReport): boolean {
  return failedCount === 0 && problems.length === 0;
}

export function toText(report: FuzzReport): string {
  const { seed, cases, wanted, answers, statuses, seconds, longestStall, mostBusyMs, memory, goodRequestMs } =
    report;
  const counts = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  const perSecond = Math.round(cases / seconds);
  return [
    `seed ${seed}: ${cases} of ${wanted} cases, ${answers} answers in ${seconds.toFixed(1)} s (${perSecond} a second)`,
    `  answers by status   ${counts.join(', ')}`,
    `  longest stall       ${Math.round(longestStall?.busyMs ?? 0)} ms among others; alone ${Math.round(mostBusyMs)} ms are allowed`,
    `  gateway’s heap      ${heap(memory.before)} before, ${heap(memory.after)} after`,
    `  gateway’s RSS       ${megabytes(memory.before.rssBytes)} before, ${megabytes(memory.after.rssBytes)} after`,
    `  a good request      at most ${Math.round(goodRequestMs.slowestAmong)} ms among these, ` +
      `${Math.round(goodRequestMs.atTheEnd)} ms at the end`,
    ...report.failed.flatMap(({ index, kind, what, problems }) => [
      `✘ case ${index} (${kind}: ${what.slice(0, 200)}): --seed ${seed} --only ${index}`,
      ...problems.map((problem) => `    ${problem}`),
    ]),
    ...report.problems.map((problem) => `✘ ${problem}`),
    isClean(report) ? 'clean' : `✘ ${report.failedCount} cases failed, ${report.problems.length} problems`,
  ].join('\n');
}

const heap = ({ heapBytes, externalBytes }: ServiceMemory) => megabytes(heapBytes + externalBytes);
