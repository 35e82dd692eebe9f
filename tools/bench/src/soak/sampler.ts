import { readdirSync, readFileSync } from 'node:fs';
import type { BenchSystem } from '../bench-system.js';
import { probedServices } from '../bench-system.js';
import type { ServiceMemory } from '../inside-service.js';
import type { Percentiles } from '../percentiles.js';
import type { Watched } from '../processor-time.js';
import { type Buckets, quantileBetween, readBuckets } from './histograms.js';

/** How everything was after a stretch of the load. */
export interface Sample {
  /** Since the load began. */
  atMs: number;
  /** As its client saw it. */
  plainMs: Percentiles;
  firstEventMs: Percentiles;
  /** What services say they took, by service: no more than these. */
  insideMs: Record<string, { p50: number | null; p99: number | null }>;
  services: Record<string, ServiceSample>;
}

export interface ServiceSample {
  /** Heap and what hangs on it outside, after a full collection; null: it cannot be asked. */
  heapBytes: number | null;
  rssBytes: number;
  descriptors: number;
  /** Null: it tells none. */
  loopDelayP99Ms: number | null;
}

/** What tells how long a service takes for what it is there for. */
const durations: Record<string, string> = {
  gateway: 'http_server_request_duration',
  auth: 'db_client_operation_duration',
  billing: 'tokenroute_holds_batch_duration',
  'adapter-openai': 'gen_ai_client_operation_duration',
  'adapter-mistral': 'gen_ai_client_operation_duration',
};

/** Reads the processes of a system, time after time. */
export class Sampler {
  private readonly lastBuckets = new Map<string, Buckets>();

  constructor(
    private readonly system: BenchSystem,
    private readonly processes: readonly Watched[],
  ) {}

  async take(): Promise<Pick<Sample, 'insideMs' | 'services'>> {
    const insideMs: Sample['insideMs'] = {};
    const services: Sample['services'] = {};
    for (const { name, pid } of this.processes) {
      const text = this.system.services.includes(name) ? await this.metricsOf(name) : null;
      if (text !== null) insideMs[name] = this.tookSinceLast(name, text);
      services[name] = {
        heapBytes: await this.heapOf(name),
        rssBytes: rssBytesOf(pid),
        descriptors: readdirSync(`/proc/${pid}/fd`).length,
        loopDelayP99Ms: text === null ? null : loopDelayP99MsIn(text),
      };
    }
    return { insideMs, services };
  }

  private async metricsOf(service: string): Promise<string> {
    const response = await fetch(this.system.metricsUrl(service));
    return response.text();
  }

  private tookSinceLast(service: string, text: string): { p50: number | null; p99: number | null } {
    const buckets = readBuckets(text, durations[service] ?? 'none');
    const last = this.lastBuckets.get(service) ?? new Map<number, number>();
    this.lastBuckets.set(service, buckets);
    const inMs = (quantile: number) => {
      const seconds = quantileBetween(last, buckets, quantile);
      return seconds === null ? null : 1_000 * seconds;
    };
    return { p50: inMs(0.5), p99: inMs(0.99) };
  }

  private async heapOf(name: string): Promise<number | null> {
    const probed = probedServices.find((service) => service === name);
    if (probed === undefined) return null;
    const { heapBytes, externalBytes } = await this.system
      .probe(probed)
      .ask<ServiceMemory>({ kind: 'memory' });
    return heapBytes + externalBytes;
  }
}

function loopDelayP99MsIn(text: string): number | null {
  const seconds = /^nodejs_eventloop_delay_p99 (\S+)$/m.exec(text)?.[1];
  return seconds === undefined ? null : 1_000 * Number(seconds);
}

function rssBytesOf(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1_024;
}
