import fc from 'fast-check';
import { type KeyLimits, SlidingWindow, type Verdict } from './sliding-window.js';

const one = { requests: 1, tokens: 10 };
const start = 1_000_000_000;

function admitted(verdict: Verdict): boolean {
  return verdict.kind === 'admitted';
}

describe('SlidingWindow', () => {
  test('a full window refuses, and says after how long it has room', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: 2, tokens: null };
    expect(admitted(window.take(limits, one, start))).toBe(true);
    expect(admitted(window.take(limits, one, start + 10_000))).toBe(true);
    const refused = window.take(limits, one, start + 20_000);
    expect(refused).toMatchObject({ kind: 'refused', limit: 'rpm', waitMs: 41_000 });
    expect(admitted(window.take(limits, one, start + 60_999))).toBe(false);
    expect(admitted(window.take(limits, one, start + 61_000))).toBe(true);
    expect(admitted(window.take(limits, one, start + 61_000))).toBe(false);
  });

  test('a refused request takes nothing of either limit', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: 5, tokens: 25 };
    expect(admitted(window.take(limits, { requests: 1, tokens: 20 }, start))).toBe(true);
    for (let i = 0; i < 10; i += 1) {
      expect(window.take(limits, one, start)).toMatchObject({ kind: 'refused', limit: 'tpm' });
    }
    expect(window.take(limits, { requests: 1, tokens: 5 }, start)).toMatchObject({
      kind: 'admitted',
      use: { requests: 2, tokens: 25 },
    });
  });

  test('the limit with the longer wait is the one that is told', () => {
    const window = new SlidingWindow();
    window.add({ requests: 1, tokens: 0 }, start);
    window.add({ requests: 0, tokens: 100 }, start + 30_000);
    expect(window.take({ requests: 1, tokens: 100 }, one, start + 40_000)).toMatchObject({
      limit: 'tpm',
      waitMs: 51_000,
    });
  });

  test('what a request did not use is free at once, and its request still counts', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: 2, tokens: 100 };
    const first = window.take(limits, { requests: 1, tokens: 100 }, start);
    window.correct((first as { second: number }).second, -90);
    expect(window.take(limits, { requests: 1, tokens: 90 }, start + 5)).toMatchObject({
      kind: 'admitted',
      use: { requests: 2, tokens: 100 },
    });
    expect(window.take(limits, { requests: 1, tokens: 0 }, start + 6)).toMatchObject({ limit: 'rpm' });
  });

  test('a correction that comes too late changes nothing', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: null, tokens: 100 };
    const first = window.take(limits, { requests: 1, tokens: 100 }, start) as { second: number };
    window.take(limits, { requests: 1, tokens: 100 }, start + 61_000);
    window.correct(first.second, -100);
    expect(window.take(limits, { requests: 1, tokens: 1 }, start + 61_000)).toMatchObject({ limit: 'tpm' });
  });

  test('to look is free, and tells when all is there again', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: 1, tokens: null };
    const look = (nowMs: number) => window.take(limits, { requests: 0, tokens: 0 }, nowMs).use;
    window.take(limits, one, start);
    expect(look(start + 1_000)).toMatchObject({ requests: 1, requestsResetMs: 60_000 });
    expect(look(start + 61_000)).toEqual({ requests: 0, tokens: 0, requestsResetMs: 0, tokensResetMs: 0 });
  });

  test('a clock that goes back lets nothing through', () => {
    const window = new SlidingWindow();
    const limits: KeyLimits = { requests: 1, tokens: null };
    window.take(limits, one, start);
    expect(admitted(window.take(limits, one, start - 3_600_000))).toBe(false);
  });

  test('a limit of nothing admits nothing', () => {
    const refused = new SlidingWindow().take({ requests: 0, tokens: null }, one, start);
    expect(refused).toMatchObject({ kind: 'refused', waitMs: 61_000 });
  });

  test('in whatever way requests come, no 60 seconds see more than the limit, and overload uses all of it', () => {
    const arrivals = fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 4_000 }), tokens: fc.nat(40) }), {
      minLength: 50,
      maxLength: 300,
    });
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 40, max: 500 }),
        (gaps, rpm, tpm) => {
          const window = new SlidingWindow();
          const log: { atMs: number; tokens: number }[] = [];
          let nowMs = start;
          for (const { gapMs, tokens } of gaps) {
            nowMs += gapMs;
            const verdict = window.take({ requests: rpm, tokens: tpm }, { requests: 1, tokens }, nowMs);
            const since = (ms: number) => log.filter(({ atMs }) => atMs > nowMs - ms);
            const sum = (entries: typeof log) =>
              entries.reduce((total, entry) => total + entry.tokens, tokens);
            if (verdict.kind === 'admitted') {
              expect(since(60_000).length + 1).toBeLessThanOrEqual(rpm);
              expect(sum(since(60_000))).toBeLessThanOrEqual(tpm);
              log.push({ atMs: nowMs, tokens });
            } else {
              // Not one too few: with it, the last 61 seconds would be above a limit.
              expect(since(61_000).length + 1 > rpm || sum(since(61_000)) > tpm).toBe(true);
            }
          }
        },
      ),
    );
  });
});
