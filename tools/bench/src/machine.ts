import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from './percentiles.js';

export interface Machine {
  cores: number;
  processor: string;
  memoryGiB: number;
  node: string;
  loadAverage: number;
  /** What one wait for the disk costs, where PostgreSQL has its log. */
  diskSyncMs: number;
}

export function describeMachine(folder: string): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAverage: loadavg()[0]!,
    diskSyncMs: measureDiskSync(join(folder, 'disk-sync')),
  };
}

function measureDiskSync(file: string): number {
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(8_192, 1);
  const times: number[] = [];
  for (let index = 0; index < 50; index += 1) {
    const begin = performance.now();
    writeSync(descriptor, page, 0, page.length, index * page.length);
    fdatasyncSync(descriptor);
    times.push(performance.now() - begin);
  }
  closeSync(descriptor);
  rmSync(file);
  return Math.round(median(times) * 1_000) / 1_000;
}
