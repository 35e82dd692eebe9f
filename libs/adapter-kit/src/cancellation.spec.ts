import { Cancellation } from './cancellation.js';

describe('Cancellation', () => {
  test('is aborted once, with the first reason', () => {
    const cancellation = new Cancellation();
    let calls = 0;
    cancellation.onAbort(() => (calls += 1));
    cancellation.abort('first');
    cancellation.abort('second');
    expect([calls, cancellation.aborted, cancellation.reason]).toEqual([1, true, 'first']);
    expect(() => cancellation.throwIfAborted()).toThrow('first');
  });

  test('who listens too late is called at once, who stopped listening is not called', () => {
    const cancellation = new Cancellation();
    const called: string[] = [];
    const left = () => void called.push('left');
    cancellation.onAbort(left);
    cancellation.offAbort(left);
    cancellation.abort();
    cancellation.onAbort(() => called.push('late'));
    expect(called).toEqual(['late']);
  });

  test.each(['before', 'after'])('its signal, taken %s, is aborted with it for the same reason', (when) => {
    const cancellation = new Cancellation();
    const early = when === 'before' ? cancellation.signal : null;
    cancellation.abort('why');
    const signal = early ?? cancellation.signal;
    expect([signal.aborted, signal.reason, signal]).toEqual([true, 'why', cancellation.signal]);
  });
});
