import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import type { ChaosSystem } from '../system/chaos-system.js';

/** What one process, or PostgreSQL, holds. */
export interface Resources {
  descriptors: Record<string, number>;
  memoryMb: Record<string, number>;
  databaseConnections: number;
}

/** Above the baseline. Wide: a heap that has not been collected for a while, a pool that has not shrunk yet. */
const room = { descriptors: 60, memoryMb: 250, databaseConnections: 20 };

export async function readResources({ services }: ChaosSystem, database: pg.Client): Promise<Resources> {
  const pids = services.names.flatMap((name) => {
    const { pid } = services.service(name);
    return pid === undefined ? [] : [[name, pid] as const];
  });
  const { rows } = await database.query<{ connections: number }>(
    `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE datname = current_database()`,
  );
  return {
    descriptors: Object.fromEntries(pids.map(([name, pid]) => [name, descriptorsOf(pid)])),
    memoryMb: Object.fromEntries(pids.map(([name, pid]) => [name, memoryMbOf(pid)])),
    databaseConnections: rows[0]!.connections,
  };
}

/** @returns what did not come back */
export function judgeResources(baseline: Resources, now: Resources): string[] {
  const grown = (kind: 'descriptors' | 'memoryMb') =>
    Object.entries(now[kind]).flatMap(([name, amount]) => {
      const before = baseline[kind][name] ?? 0;
      return amount > before + room[kind] ? [`${name} has ${amount} ${kind}, and began with ${before}`] : [];
    });
  const connections =
    now.databaseConnections > baseline.databaseConnections + room.databaseConnections
      ? [
          `there are ${now.databaseConnections} connections to PostgreSQL, and were ${baseline.databaseConnections}`,
        ]
      : [];
  return [...grown('descriptors'), ...grown('memoryMb'), ...connections];
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function memoryMbOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
}
