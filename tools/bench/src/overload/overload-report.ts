import { table } from '../table.js';
import type { OverloadRun, Part } from './run-overload.js';

/** The run as Markdown. */
export function overloadReport({ startedAt, machine, placing, parts }: OverloadRun): string {
  const broken = parts.flatMap(({ name, figures }) =>
    figures.filter(({ ok }) => !ok).map(({ what }) => `${name}: ${what}`),
  );
  return [
    `${startedAt}: ${machine.cores} cores (${machine.processor}), Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}; ${placing}`,
    ...parts.map(partReport),
    broken.length === 0 ? 'Every bound holds.' : `BROKEN:\n${broken.map((line) => `- ${line}`).join('\n')}`,
  ].join('\n\n');
}

export function partReport({ name, figures, foreignCores }: Part): string {
  const rows = figures.map(({ what, measured, bound, ok }) => [
    what,
    measured,
    bound ?? '',
    bound === undefined ? '' : ok ? 'yes' : '**NO**',
  ]);
  const foreign = `other programs kept ${foreignCores.toFixed(2)} cores busy`;
  return `**${name}** (${foreign})\n\n${table(['', 'measured', 'has to be', ''], rows)}`;
}
