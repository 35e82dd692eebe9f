import { FakeClock } from '@tokenroute/testing';
import { FailedAuthentications } from './failed-authentications.js';

describe('FailedAuthentications', () => {
  const clock = new FakeClock();
  const create = (perMinute: number, maxAddresses = 10) =>
    new FailedAuthentications(perMinute, maxAddresses, clock.nowMs);

  test('an address has so many a minute, and the others are not concerned', async () => {
    const failures = create(3);
    for (let i = 0; i < 3; i += 1) {
      failures.requireRoom('a');
      failures.failed('a');
    }
    expect(() => failures.requireRoom('a')).toThrow(
      'Rate limit exceeded (failed authentications). Retry after 21s.',
    );
    expect(() => failures.requireRoom('b')).not.toThrow();
    await clock.advance(21_000);
    expect(() => failures.requireRoom('a')).not.toThrow();
  });

  test('what was tried all at once is waited for, a minute at most', async () => {
    const failures = create(3);
    for (let i = 0; i < 1_000; i += 1) failures.failed('a');
    expect(() => failures.requireRoom('a')).toThrow(/Retry after 81s/);
    await clock.advance(81_000);
    expect(() => failures.requireRoom('a')).not.toThrow();
  });

  test('many addresses cannot fill memory: the one longest unused gives way', () => {
    const failures = create(1, 2);
    for (const address of ['a', 'b', 'c']) failures.failed(address);
    expect(() => failures.requireRoom('a')).not.toThrow();
    for (const address of ['b', 'c']) expect(() => failures.requireRoom(address)).toThrow(/Retry after/);
  });
});
