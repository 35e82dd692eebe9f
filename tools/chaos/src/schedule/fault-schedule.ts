import type { LinkCondition } from '../links/link-condition.js';
import type { LinkEnds } from '../links/links.js';
import { Random } from '../random.js';
import { type Fault, type FaultKind, faultKinds } from './fault.js';

/** What there is to break. */
export interface Breakable {
  services: readonly string[];
  links: readonly LinkEnds[];
}

export interface ScheduledFaults {
  /** From the beginning of the faults. */
  atMs: number;
  /** One, or two at once. */
  faults: Fault[];
}

const leastPauseMs = 2_000;
const longestPauseMs = 5_000;
const chanceOfTwo = 0.2;

/** How often each kind comes, in comparison. */
const weights: Record<FaultKind, number> = {
  kill: 5,
  pause: 3,
  'rolling-restart': 2,
  link: 10,
  'terminate-backends': 2,
  'postgres-stop': 2,
  'nats-kill': 2,
  'nats-set-back': 1,
  'redis-kill': 1,
  'redis-flush': 1,
};

/**
 * The faults of a run. The same seed, time and breakable things give the same schedule.
 * @param kinds only these; all when left out
 */
export function faultSchedule(
  seed: number,
  durationMs: number,
  breakable: Breakable,
  kinds: readonly FaultKind[] = faultKinds,
): ScheduledFaults[] {
  const random = new Random(seed);
  const bag = kinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  const schedule: ScheduledFaults[] = [];
  let atMs = 0;
  for (;;) {
    atMs += random.whole(leastPauseMs, longestPauseMs);
    if (atMs >= durationMs) return schedule;
    const faults = [drawFault(random, random.pick(bag), breakable)];
    if (random.chance(chanceOfTwo)) faults.push(drawFault(random, random.pick(bag), breakable));
    schedule.push({ atMs, faults });
  }
}

function drawFault(random: Random, kind: FaultKind, { services, links }: Breakable): Fault {
  switch (kind) {
    case 'kill':
      return { kind, service: random.pick(services), forMs: random.whole(0, 3_000) };
    case 'pause':
      // The longest make a gateway look dead (GATEWAY_SILENCE_MS), so that its holds expire while it still works on them.
      return { kind, service: random.pick(services), forMs: random.whole(500, 12_000) };
    case 'rolling-restart':
      return { kind, service: random.pick(['gateway', 'billing']) };
    case 'link':
      return {
        kind,
        link: random.pick(links),
        condition: drawCondition(random),
        forMs: random.whole(500, 8_000),
      };
    case 'postgres-stop':
    case 'nats-kill':
    case 'nats-set-back':
    case 'redis-kill':
      return { kind, forMs: random.whole(0, 4_000) };
    case 'terminate-backends':
    case 'redis-flush':
      return { kind };
    default:
      return kind satisfies never;
  }
}

function drawCondition(random: Random): LinkCondition {
  const kind = random.pick(['delay', 'cut', 'black-hole', 'half-open', 'throttle'] as const);
  switch (kind) {
    case 'delay':
      return { kind, ms: random.whole(20, 1_500) };
    case 'cut':
      return { kind, afterBytes: random.whole(0, 5_000) };
    case 'throttle':
      return { kind, bytesPerSecond: random.whole(500, 20_000) };
    case 'black-hole':
    case 'half-open':
      return { kind };
    default:
      return kind satisfies never;
  }
}
