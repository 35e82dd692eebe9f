import type { ConformanceException } from './exceptions.js';
import { titleOf, type Variant } from './variants.js';

/** What run.mjs reports of one recording. */
export interface CaseResult {
  id: string;
  provider: string;
  /** "check: what differs" */
  diffs: string[];
}

export interface VariantRun {
  variant: Variant;
  results: CaseResult[];
  /** Ids of the recordings whose request reached the provider. */
  reached: ReadonlySet<string>;
  seconds: number;
}

/** Something wrong with the request that reached the provider. */
export interface NativeFinding {
  case: string;
  message: string;
}

export interface Failure {
  variant: string;
  case: string;
  /** `variant` is where, `check` is what. */
  check: string;
  detail: string;
}

export interface VariantVerdict {
  variant: string;
  seconds: number;
  /** By provider. */
  cases: Map<string, { total: number; failed: number }>;
  passed: number;
  excepted: number;
  failed: number;
}

export interface Verdict {
  variants: VariantVerdict[];
  failures: Failure[];
  /** Exceptions that nothing needed although their check was made. */
  unneeded: ConformanceException[];
}

/** Holds what was found against the exceptions. `native` is undefined when the requests were not looked at. */
export function judge(
  runs: readonly VariantRun[],
  native: readonly NativeFinding[] | undefined,
  exceptions: readonly ConformanceException[],
): Verdict {
  const excuses = new Excuses(exceptions);
  const failures: Failure[] = [];
  const verdicts = runs.map((run) => {
    const found = [...run.results.flatMap((result) => failuresOf(result, run)), ...unreached(run, runs)];
    const unexcused = found.filter((failure) => !excuses.cover(failure));
    failures.push(...unexcused);
    return summarize(run, found, unexcused);
  });
  for (const { case: id, message } of native ?? []) {
    const failure = { variant: 'request', case: id, check: 'native', detail: message };
    if (!excuses.cover(failure)) failures.push(failure);
  }
  const unneeded = excuses.unused().filter((exception) => wasChecked(exception, runs, native !== undefined));
  return { variants: verdicts, failures, unneeded };
}

class Excuses {
  private readonly used = new Set<ConformanceException>();

  constructor(private readonly exceptions: readonly ConformanceException[]) {}

  cover(failure: Failure): boolean {
    const fitting = this.exceptions.filter(
      (exception) => exception.case === failure.case && exception.check === failure.check,
    );
    for (const exception of fitting) this.used.add(exception);
    return fitting.length > 0;
  }

  unused(): ConformanceException[] {
    return this.exceptions.filter((exception) => !this.used.has(exception));
  }
}

function failuresOf({ id, diffs }: CaseResult, { variant }: VariantRun): Failure[] {
  return diffs.map((diff) => {
    const colon = diff.indexOf(':');
    const [check, detail] = colon < 0 ? [diff, ''] : [diff.slice(0, colon), diff.slice(colon + 1).trim()];
    return { variant: titleOf(variant), case: id, check, detail };
  });
}

/** A request that was refused before it was sent would pass every test of a broken connection. */
function unreached(run: VariantRun, runs: readonly VariantRun[]): Failure[] {
  const sound = runs.find(({ variant }) => variant.broken === undefined);
  if (run.variant.broken === undefined || sound === undefined) return [];
  return run.results
    .filter(({ id }) => sound.reached.has(id) && !run.reached.has(id))
    .map(({ id }) => ({
      variant: titleOf(run.variant),
      case: id,
      check: 'reach',
      detail: 'the provider was not asked',
    }));
}

function wasChecked(
  { case: id, check }: ConformanceException,
  runs: readonly VariantRun[],
  nativeChecked: boolean,
): boolean {
  const ran = runs.filter(({ results }) => results.some((result) => result.id === id));
  if (check === 'native') return nativeChecked && ran.length > 0;
  const ofBroken = check === 'truncate' || check === 'reach';
  return ran.some(({ variant }) => (variant.broken === true) === ofBroken);
}

function summarize(
  run: VariantRun,
  found: readonly Failure[],
  unexcused: readonly Failure[],
): VariantVerdict {
  const failing = new Set(unexcused.map((failure) => failure.case));
  const excused = new Set(found.map((failure) => failure.case).filter((id) => !failing.has(id)));
  const cases: VariantVerdict['cases'] = new Map();
  for (const { id, provider } of run.results) {
    const counts = cases.get(provider) ?? { total: 0, failed: 0 };
    cases.set(provider, {
      total: counts.total + 1,
      failed: counts.failed + (failing.has(id) ? 1 : 0),
    });
  }
  return {
    variant: titleOf(run.variant),
    seconds: run.seconds,
    cases,
    passed: run.results.length - failing.size - excused.size,
    excepted: excused.size,
    failed: failing.size,
  };
}
