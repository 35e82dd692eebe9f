import { randomUUID } from 'node:crypto';
import { oncePerRun } from './once-per-run.js';

test('whoever asks gets the same result of work that is done once', async () => {
  const name = `once-${randomUUID()}`;
  let times = 0;
  const results = await Promise.all(
    Array.from({ length: 5 }, () => oncePerRun(name, () => Promise.resolve({ times: (times += 1) }))),
  );
  expect(results).toEqual(Array(5).fill({ times: 1 }));
});

test('work that failed is tried again by the next one who asks', async () => {
  const name = `once-${randomUUID()}`;
  await expect(oncePerRun(name, () => Promise.reject(new Error('not yet')))).rejects.toThrow('not yet');
  expect(await oncePerRun(name, () => Promise.resolve('done'))).toBe('done');
});
