import {
  formatUsd,
  type NanoUsd,
  nanoUsd,
  parseUsd,
  parseUsdPerMillion,
  type PicoUsd,
} from '@tokenroute/money';
import { InvalidArgumentError } from 'commander';

// Commander puts the option's name before these messages.

/** An amount of USD, zero or more, with at most nine decimals. */
export function usdOption(text: string): NanoUsd {
  const amount = readUsd(text);
  if (amount < 0n) throw new InvalidArgumentError('It must not be negative.');
  return amount;
}

/** An amount of USD above zero. */
export function positiveUsdOption(text: string): NanoUsd {
  const amount = readUsd(text);
  if (amount <= 0n) throw new InvalidArgumentError(`It must be more than ${formatUsd(nanoUsd(0n))}.`);
  return amount;
}

/** A price in USD per million tokens, exact to the pico-USD per token. */
export function usdPerMillionOption(text: string): PicoUsd {
  try {
    return parseUsdPerMillion(text);
  } catch {
    throw new InvalidArgumentError(
      'It must be USD per million tokens such as 2.50 or 0.075, with at most six decimals.',
    );
  }
}

function readUsd(text: string): NanoUsd {
  try {
    return parseUsd(text);
  } catch {
    throw new InvalidArgumentError(
      'It must be an amount of USD such as 10 or 0.25, with at most nine decimals.',
    );
  }
}

/** A limit, a count: a whole number from 1 to 4,294,967,295, which is what the contract can carry. */
export function countOption(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 0xffff_ffff) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return count;
}

/** A percentage with at most two decimals, as hundredths of a percent. */
export function percentOption(text: string): number {
  const match = /^(\d{1,4})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) throw new InvalidArgumentError('It must be a percentage such as 90 or 87.5.');
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** The word that empties a field which may be empty. */
export const none = 'none';

/** Abilities separated by commas; which there are is for billing to say. */
export function capabilitiesOption(text: string): string[] {
  if (text === none) return [];
  const capabilities = text.split(',').map((capability) => capability.trim());
  if (capabilities.some((capability) => !/^\w+$/.test(capability))) {
    throw new InvalidArgumentError('It must be abilities separated by commas, such as image,tools, or none.');
  }
  return [...new Set(capabilities)];
}

/** What `read` makes of the text, or `none`, which takes a setting away (Commander makes '' of a null). */
export function orNone<Value>(read: (text: string) => Value): (text: string) => Value | typeof none {
  return (text) => (text === none ? none : read(text));
}

/** A length of time such as 0s, 90s, 12h or 7d, in seconds. */
export function secondsOption(text: string): number {
  const [, count, unit] = /^(\d{1,7})([smhdw])$/.exec(text) ?? [];
  if (!count || !unit) throw new InvalidArgumentError('It must be a length of time such as 0s, 12h or 7d.');
  return Number(count) * (unit === 's' ? 1 : unitMs[unit]! / 1_000);
}

/** A moment, past or to come, or `none` (Commander makes '' of a null). */
export function momentOrNoneOption(text: string, now: Date): Date | typeof none {
  return text === none ? none : momentOption(text, now);
}

/** A model id; empty for `none`. */
export function modelOrNoneOption(text: string): string {
  return text === none ? '' : text;
}

/** Model ids separated by commas. */
export function modelsOption(text: string): string[] {
  const models = text.split(',').map((model) => model.trim());
  if (models.some((model) => model === '' || /\s/.test(model))) {
    throw new InvalidArgumentError('It must be model ids separated by commas, such as gpt-4o,gpt-4o-mini.');
  }
  return [...new Set(models)];
}

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const isoPattern = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A moment in the future, written as `momentOption` takes it. */
export function expiresOption(text: string, now: Date): Date {
  const moment = momentOption(text, now);
  if (moment <= now) throw new InvalidArgumentError('It must be in the future.');
  return moment;
}

/** A moment in the past: ISO 8601 with a zone, a date (midnight UTC), or a time ago such as 12h or 30d. */
export function sinceOption(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  const moment =
    count && unit ? new Date(now.getTime() - Number(count) * unitMs[unit]!) : readMoment(text, now);
  if (!moment || moment > now) {
    throw new InvalidArgumentError(
      'It must be a time ago such as 12h or 30d, or ISO 8601 such as 2026-01-31T00:00Z, and not in the future.',
    );
  }
  return moment;
}

/** A moment: ISO 8601 with a zone, a date (midnight UTC), or a time from now such as 12h or 30d. */
export function momentOption(text: string, now: Date): Date {
  const moment = readMoment(text, now);
  if (!moment) {
    throw new InvalidArgumentError(
      'It must be a time from now such as 12h or 30d, or ISO 8601 such as 2030-01-31T00:00Z.',
    );
  }
  return moment;
}

function readMoment(text: string, now: Date): Date | undefined {
  const [, count, unit] = /^(\d{1,5})([mhdw])$/.exec(text) ?? [];
  if (count && unit) return new Date(now.getTime() + Number(count) * unitMs[unit]!);
  const [, day] = isoPattern.exec(text) ?? [];
  // JavaScript reads 30 February as 2 March.
  if (!day || !isRealDay(day)) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function isRealDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}
