import { jest } from '@jest/globals';
import type { ApiKey } from '@tokenroute/contracts';
import type { KeyVerdict } from './key-cache.js';
import { KeyRefreshes } from './key-refreshes.js';

const verdict: KeyVerdict = { kind: 'valid', key: { id: 'k1' } as ApiKey };
const digest = (value: number) => Buffer.alloc(32, value);

describe('KeyRefreshes', () => {
  let questions: Buffer[][];
  let learnt: string[];
  let answer: (digests: Buffer[]) => Promise<KeyVerdict[]>;
  let refreshes: KeyRefreshes;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    questions = [];
    learnt = [];
    answer = (digests) => Promise.resolve(digests.map(() => verdict));
    refreshes = new KeyRefreshes(
      (digests) => {
        questions.push(digests);
        return answer(digests);
      },
      (id) => learnt.push(id),
    );
  });

  afterEach(() => {
    refreshes.end();
    jest.useRealTimers();
  });

  test('keys that fall due within a second are asked about once, with one question', async () => {
    refreshes.add('a', digest(1));
    await jest.advanceTimersByTimeAsync(800);
    refreshes.add('b', digest(2));
    refreshes.add('a', digest(1));
    await jest.advanceTimersByTimeAsync(200);
    expect(questions).toEqual([[digest(1), digest(2)]]);
    expect(learnt).toEqual(['a', 'b']);
  });

  test('a question has at most a thousand keys', async () => {
    for (let count = 0; count < 1_001; count += 1) refreshes.add(`k${count}`, digest(1));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(questions.map(({ length }) => length)).toEqual([1_000, 1]);
  });

  test('a key that changed while auth answered learns nothing old', async () => {
    let release!: (verdicts: KeyVerdict[]) => void;
    answer = () => new Promise((resolve) => (release = resolve));
    refreshes.add('a', digest(1));
    refreshes.add('b', digest(2));
    await jest.advanceTimersByTimeAsync(1_000);
    refreshes.forget('a');
    release([verdict, verdict]);
    await jest.advanceTimersByTimeAsync(0);
    expect(learnt).toEqual(['b']);
  });

  test('after a question that failed the same keys are asked about again', async () => {
    answer = () => Promise.reject(new Error('auth is away'));
    refreshes.add('a', digest(1));
    await jest.advanceTimersByTimeAsync(1_000);
    refreshes.add('a', digest(1));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(questions).toHaveLength(2);
    expect(learnt).toEqual([]);
  });
});
