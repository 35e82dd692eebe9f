import type { FaultKind } from '../schedule/fault.js';
import type { ScheduledFaults } from '../schedule/fault-schedule.js';

/** One change of a built file: `find` has to be there exactly once. */
export interface Patch {
  /** Below the product's root. */
  file: string;
  find: string;
  replace: string;
}

/** A product with one defect, and the violation by which the oracle has to find it. */
export interface Mutant {
  name: string;
  patches: Patch[];
  caughtBy: RegExp;
  seed: number;
  faultsMs: number;
  /** What has to go wrong for the defect to matter; everything when left out. */
  kinds?: FaultKind[];
  /** Where chance would take too long to bring it about. */
  schedule?: ScheduledFaults[];
  /** Of the questions, those of the one nearly empty account; a tenth when left out. */
  poorShare?: number;
}

/** @throws Error when what is to be changed is not there, or is there several times: then the mutant is not what it says */
export function applyPatch(text: string, { file, find, replace }: Patch): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} has ${count} times what a mutant changes: ${find}`);
  return text.replace(find, () => replace);
}
