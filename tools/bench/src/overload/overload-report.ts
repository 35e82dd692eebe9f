import { table } from '../table.js';
import type { OverloadRun } from './run-overload.js';

/** The run as Markdown. */
export function overloadReport({ startedAt, machine, placing, parts }: OverloadRun): string {
  const head = ['', 'measured', 'has to be', ''];
  const rows = (figures: OverloadRun['parts'][number]['figures']) =>
    figures.map(({ what, measured, bound, ok }) => [
      what,
      measured,
      bound ?? '',
      bound === undefined ? '' : ok ? 'yes' : '**NO**',
    ]);
  const broken = parts.flatMap(({ name, figures }) =>
    figures.filter(({ ok }) => !ok).map(({ what }) => `${name}: ${what}`),
  );
  return [
    `${startedAt}: ${machine.cores} cores (${machine.processor}), Node ${machine.node}, load ${machine.loadAverage.toFixed(2)}; ${placing}`,
    ...parts.map(
      ({ name, figures, foreignCores }) =>
        `**${name}** (other programs kept ${foreignCores.toFixed(2)} cores busy)\n\n${table(head, rows(figures))}`,
    ),
    broken.length === 0 ? 'Every bound holds.' : `BROKEN:\n${broken.map((line) => `- ${line}`).join('\n')}`,
  ].join('\n\n');
}
