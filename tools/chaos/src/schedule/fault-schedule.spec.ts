import { faultKinds } from './fault.js';
import { faultSchedule } from './fault-schedule.js';

const breakable = {
  services: ['gateway', 'billing', 'auth'],
  links: [
    { from: 'gateway', to: 'nats' },
    { from: 'billing', to: 'postgres' },
  ],
};
const hourMs = 3_600_000;

describe('the schedule of faults', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(faultSchedule(3, 60_000, breakable)).toEqual(faultSchedule(3, 60_000, breakable));
    expect(faultSchedule(3, 60_000, breakable)).not.toEqual(faultSchedule(4, 60_000, breakable));
  });

  test('of a longer run begins with that of a shorter one', () => {
    const short = faultSchedule(3, 60_000, breakable);
    expect(faultSchedule(3, 120_000, breakable).slice(0, short.length)).toEqual(short);
  });

  test('has a fault every two to five seconds, none after its end, sometimes two at once', () => {
    const schedule = faultSchedule(5, hourMs, breakable);
    const pauses = schedule.map(({ atMs }, index) => atMs - (schedule[index - 1]?.atMs ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(schedule.at(-1)!.atMs).toBeLessThan(hourMs);
    expect(new Set(schedule.map(({ faults }) => faults.length))).toEqual(new Set([1, 2]));
  });

  test('in time has every kind of fault, every condition, every service and every link', () => {
    const faults = faultSchedule(6, hourMs, breakable).flatMap(({ faults: each }) => each);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    const onLinks = faults.flatMap((fault) => (fault.kind === 'link' ? [fault] : []));
    expect(new Set(onLinks.map(({ condition }) => condition.kind))).toEqual(
      new Set(['delay', 'cut', 'black-hole', 'half-open', 'throttle']),
    );
    expect(new Set(onLinks.map(({ link }) => link))).toEqual(new Set(breakable.links));
    const killed = faults.flatMap((fault) => (fault.kind === 'kill' ? [fault.service] : []));
    expect(new Set(killed)).toEqual(new Set(breakable.services));
  });

  test('keeps to the kinds it is asked for', () => {
    const faults = faultSchedule(7, hourMs, breakable, ['postgres-stop', 'rolling-restart']);
    expect(new Set(faults.flatMap(({ faults: each }) => each.map(({ kind }) => kind)))).toEqual(
      new Set(['postgres-stop', 'rolling-restart']),
    );
  });
});
