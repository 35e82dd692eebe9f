import type { StreamScript } from './orders.js';

export const targetNames = ['upstream', 'proxy', 'tokenroute', 'tokenroute, limits'] as const;
export type TargetName = (typeof targetNames)[number];

/** One kind of load, put on every one of its targets in each round. */
export type Measurement = { name: string; targets: readonly TargetName[]; durationMs: number } & (
  | { kind: 'closed-loop'; connections: number }
  /** Plain answers, or streams by a script. */
  | { kind: 'open-loop'; ratePerSecond: number; script?: StreamScript }
  | { kind: 'stream-loop'; connections: number; script: StreamScript }
);

export type Part = 'plain' | 'open-loop' | 'stream';

export interface PlanOptions {
  only?: Part;
  durationMs: number;
  openLoopMs: number;
  ratePerSecond: number;
}

const withoutLimits = ['upstream', 'proxy', 'tokenroute'] as const;

/** The measurements of one round. */
export function plan({ only, durationMs, openLoopMs, ratePerSecond }: PlanOptions): Measurement[] {
  const parts: Record<Part, Measurement[]> = {
    plain: [1, 32, 128].map((connections) => ({
      kind: 'closed-loop',
      name: `plain, c = ${connections}`,
      targets: targetNames,
      durationMs,
      connections,
    })),
    'open-loop': [
      {
        kind: 'open-loop',
        name: `plain, ${ratePerSecond}/s`,
        targets: targetNames,
        durationMs: openLoopMs,
        ratePerSecond,
      },
    ],
    stream: [
      {
        kind: 'stream-loop',
        name: 'streams at full speed, c = 32',
        targets: withoutLimits,
        durationMs,
        connections: 32,
        script: { chunks: 200, intervalMs: 0 },
      },
      // One begins after the other, as clients do: of many that begin at once the first event says how they share the machine.
      {
        kind: 'open-loop',
        name: 'streams of 50 chunks/s, 20/s begin',
        targets: withoutLimits,
        durationMs: openLoopMs,
        ratePerSecond: 20,
        script: { chunks: 50, intervalMs: 20 },
      },
    ],
  };
  return only === undefined ? Object.values(parts).flat() : parts[only];
}

/** Each round begins with another target, so that none always runs while the machine is warm, or busy. */
export function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
