import { readFileSync } from 'node:fs';
import type { RunningSystem } from '@tokenroute/local-system';

const mostTold = 20;

/** Every service has to be alive, and to have had no error of its own. */
export function judgeServices(services: RunningSystem): string[] {
  return services.names.flatMap((name) => {
    const service = services.service(name);
    const problems = errorsIn(readFileSync(service.logFile, 'utf8')).map((line) => `${name}: ${line}`);
    if (service.pid === undefined) problems.push(`${name} died`);
    return problems;
  });
}

/** @returns the lines of a service's log that tell of a failure of its own: those of errors, and those that no logger wrote */
export function errorsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => line !== '' && !isHarmless(line));
  const more = lines.length - mostTold;
  return [...lines.slice(0, mostTold), ...(more > 0 ? [`and ${more} lines more`] : [])];
}

function isHarmless(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    return typeof level === 'string' && level !== 'error' && level !== 'fatal';
  } catch {
    return false;
  }
}
