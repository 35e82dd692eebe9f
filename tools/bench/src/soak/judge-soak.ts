import { median } from '../percentiles.js';
import type { Sample } from './sampler.js';

/** One line of the verdict. */
export interface Finding {
  what: string;
  measured: string;
  bound: string;
  ok: boolean;
}

const mebibyte = 2 ** 20;
/** What a line through the second half of a run may rise by, from its begin to its end. */
const rises = {
  heap: { least: 4 * mebibyte, share: 0.05 },
  rss: { least: 24 * mebibyte, share: 0.1 },
  descriptors: { least: 6, share: 0.05 },
} as const;
const latencyShare = 1.5;
/** Below this a difference is the machine's. */
const latencyRoomMs = 2;

/** Whether a run stayed as it was: memory and descriptors over its second half, latencies from the first tenth to the last. */
export function judgeSoak(samples: readonly Sample[]): Finding[] {
  const services = Object.keys(samples[0]?.services ?? {});
  const half = samples.slice(Math.floor(samples.length / 2));
  return [
    ...services
      .flatMap((service) => [
        flat(
          half,
          `${service}: heap after a collection`,
          rises.heap,
          mebibytes,
          (sample) => sample.services[service]!.heapBytes,
        ),
        flat(
          half,
          `${service}: resident memory`,
          rises.rss,
          mebibytes,
          (sample) => sample.services[service]!.rssBytes,
        ),
        flat(
          half,
          `${service}: descriptors`,
          rises.descriptors,
          whole,
          (sample) => sample.services[service]!.descriptors,
        ),
      ])
      .filter((finding) => finding !== null),
    lasting(samples, 'plain answers, p50', ({ plainMs }) => plainMs.p50),
    lasting(samples, 'plain answers, p99', ({ plainMs }) => plainMs.p99),
    lasting(samples, 'first event of a stream, p50', ({ firstEventMs }) => firstEventMs.p50),
    lasting(samples, 'first event of a stream, p99', ({ firstEventMs }) => firstEventMs.p99),
  ];
}

/** The rise of the line that fits best, from the first to the last value. */
export function fittedRise(values: readonly number[]): number {
  const count = values.length;
  if (count < 2) return 0;
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  let [together, spread] = [0, 0];
  for (const [index, value] of values.entries()) {
    together += (index - middle) * (value - mean);
    spread += (index - middle) ** 2;
  }
  return (together / spread) * (count - 1);
}

/** @returns null where it was not measured */
function flat(
  samples: readonly Sample[],
  what: string,
  { least, share }: { least: number; share: number },
  text: (value: number) => string,
  valueOf: (sample: Sample) => number | null,
): Finding | null {
  const values = samples.map(valueOf).filter((value) => value !== null);
  if (values.length === 0) return null;
  const rise = fittedRise(values);
  const most = Math.max(least, share * median(values));
  return {
    what,
    measured: `${text(values[0]!)} to ${text(values.at(-1)!)}, the line rises by ${text(rise)}`,
    bound: `at most ${text(most)}`,
    ok: rise <= most,
  };
}

function lasting(samples: readonly Sample[], what: string, valueOf: (sample: Sample) => number): Finding {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const first = median(samples.slice(0, tenth).map(valueOf));
  const last = median(samples.slice(-tenth).map(valueOf));
  const most = Math.max(latencyShare * first, first + latencyRoomMs);
  return {
    what,
    measured: `${first.toFixed(1)} ms in the first tenth, ${last.toFixed(1)} ms in the last`,
    bound: `at most ${most.toFixed(1)} ms`,
    ok: last <= most,
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

function whole(value: number): string {
  return String(Math.round(value));
}
