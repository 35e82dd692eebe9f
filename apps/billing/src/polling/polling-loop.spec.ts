import { PollingLoop } from './polling-loop.js';

const anHourMs = 3_600_000;

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test('goes on at once while there is more, and when it is told that there is', async () => {
  const first = gate();
  const second = gate();
  let times = 0;
  const loop = new PollingLoop(
    async () => {
      times += 1;
      if (times === 3) first.open();
      if (times === 4) second.open();
      return times < 3;
    },
    anHourMs,
    () => undefined,
  );
  loop.start();
  await first.opened;
  loop.kick();
  await second.opened;
  await loop.stop();
  expect(times).toBe(4);
});

test('tells of a failure and goes on; ended, it has finished what was under way', async () => {
  const failures: unknown[] = [];
  const again = gate();
  let times = 0;
  let finished = false;
  const loop = new PollingLoop(
    async () => {
      times += 1;
      if (times === 1) throw new Error('once');
      again.open();
      await new Promise((resolve) => setImmediate(resolve));
      finished = true;
      return false;
    },
    1,
    (error) => failures.push((error as Error).message),
  );
  loop.start();
  await again.opened;
  await loop.stop();
  expect([failures, finished]).toEqual([['once'], true]);
});
