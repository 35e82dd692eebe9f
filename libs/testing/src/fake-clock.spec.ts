import { FakeClock } from './fake-clock.js';

test('time stands still until it is moved', async () => {
  const clock = new FakeClock('2026-01-01T00:00:00Z');
  expect(clock.now()).toEqual(new Date('2026-01-01T00:00:00Z'));
  await clock.advance(1_500);
  expect(clock.nowMs()).toBe(new Date('2026-01-01T00:00:01.500Z').getTime());
});

test('whoever waits is woken in the order of what is due, at the time it is due', async () => {
  const clock = new FakeClock(new Date(0));
  const woken: [string, number][] = [];
  const wait = (name: string, delayMs: number) =>
    clock.delay(delayMs).then(() => void woken.push([name, clock.nowMs()]));
  const waits = [wait('late', 300), wait('early', 100), wait('never', 1_000)];
  await clock.advance(500);
  await Promise.all(waits.slice(0, 2));
  expect(woken).toEqual([
    ['early', 100],
    ['late', 300],
  ]);
});

test('a delay that begins while time is moved on is part of the move', async () => {
  const clock = new FakeClock(new Date(0));
  const chain = clock.delay(100).then(() => clock.delay(100));
  await clock.advance(200);
  await expect(chain).resolves.toBeUndefined();
});
