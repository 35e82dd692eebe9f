import { InvalidArgumentError } from 'commander';

/** Loads are bounded, so that a slip of the finger is an error and not a stuck machine. @param least 0 only where none is meant */
export function wholeNumber(largest: number, least = 1): (text: string) => number {
  return (text) => {
    if (/^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= largest) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${largest}.`);
  };
}

/** One that may have a fraction: 0.5. */
export function positiveNumber(largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (value > 0 && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a number above 0, ${largest} at most.`);
  };
}
