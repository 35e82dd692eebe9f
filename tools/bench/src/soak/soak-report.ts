import { table } from '../table.js';
import type { SoakRun } from './run-soak.js';
import type { Sample } from './sampler.js';

const mostRows = 30;
const mebibyte = 2 ** 20;

/** The run as Markdown. */
export function soakReport(run: SoakRun): string {
  const { startedAt, machine, placing, rates, ranMs, counts, samples, findings } = run;
  const broken = findings.filter(({ ok }) => !ok);
  const services = Object.keys(samples[0]?.services ?? {});
  const shown = thinned(samples);
  return [
    `# Soak of ${(ranMs / 3_600_000).toFixed(2)} hours`,
    `${startedAt}: ${machine.cores} cores (${machine.processor}), Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}; ${placing}.`,
    `A second: ${rates.plain} plain answers, ${rates.streams} streams, ${rates.leaving} streams whose client leaves, ${rates.failing} requests ` +
      `that fail. In all: ${counts.plain}, ${counts.streams}, ${counts.left}, ${counts.failing}.`,
    broken.length === 0
      ? '**Flat: every bound holds.**'
      : `**NOT FLAT:**\n\n${broken.map(({ what, measured, bound }) => `- ${what}: ${measured}; ${bound}`).join('\n')}`,
    table(
      ['', 'measured', 'has to be', ''],
      findings.map(({ what, measured, bound, ok }) => [what, measured, bound, ok ? 'yes' : '**NO**']),
    ),
    '## As its clients saw it, ms',
    table(
      ['minute', 'plain p50', 'p99', 'first event p50', 'p99'],
      shown.map(({ atMs, plainMs, firstEventMs }) => [
        minute(atMs),
        ...[plainMs.p50, plainMs.p99, firstEventMs.p50, firstEventMs.p99].map((value) => value.toFixed(1)),
      ]),
    ),
    '## Heap after a collection (resident memory where it cannot be asked), MiB',
    perService(shown, services, ({ heapBytes, rssBytes }) => ((heapBytes ?? rssBytes) / mebibyte).toFixed(1)),
    '## Resident memory, MiB',
    perService(shown, services, ({ rssBytes }) => (rssBytes / mebibyte).toFixed(0)),
    '## Descriptors',
    perService(shown, services, ({ descriptors }) => String(descriptors)),
    '## How late event loops were, p99, ms',
    perService(shown, services, ({ loopDelayP99Ms }) => loopDelayP99Ms?.toFixed(1) ?? ''),
    '## How long services took, by themselves, p50 and p99, at most ms',
    'The gateway an answer with its body, auth a statement, billing a batch of holds or charges, adapters a completion.',
    tookTable(shown),
  ].join('\n\n');
}

function perService(
  samples: readonly Sample[],
  services: readonly string[],
  text: (service: Sample['services'][string]) => string,
): string {
  return table(
    ['minute', ...services],
    samples.map((sample) => [
      minute(sample.atMs),
      ...services.map((service) => text(sample.services[service]!)),
    ]),
  );
}

function tookTable(samples: readonly Sample[]): string {
  const services = Object.keys(samples[0]?.insideMs ?? {});
  return table(
    ['minute', ...services],
    samples.map(({ atMs, insideMs }) => [
      minute(atMs),
      ...services.map((service) => {
        const { p50, p99 } = insideMs[service]!;
        return p50 === null ? '' : `${round(p50)}, ${round(p99!)}`;
      }),
    ]),
  );
}

/** Evenly, with the first and the last. */
function thinned(samples: readonly Sample[]): Sample[] {
  if (samples.length <= mostRows) return [...samples];
  const step = (samples.length - 1) / (mostRows - 1);
  return Array.from({ length: mostRows }, (_, index) => samples[Math.round(index * step)]!);
}

function minute(atMs: number): string {
  return (atMs / 60_000).toFixed(1);
}

function round(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? 'more' : String(Math.round(ms * 100) / 100);
}
