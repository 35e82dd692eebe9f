import { errorsIn } from './judge-services.js';

const line = (level: string) => `{"level":"${level}","service":"gateway","msg":"m"}`;

test('what is logged as an error, and what no logger wrote, is told', () => {
  const stack = ['TypeError: x is not a function', '    at y (file:///a.js:1:1)'];
  const log = [line('info'), line('warn'), line('error'), line('fatal'), ...stack, ''].join('\n');
  expect(errorsIn(log)).toEqual([line('error'), line('fatal'), ...stack]);
});

test('a thousand errors are told by the first, and by how many there are', () => {
  const told = errorsIn(`${line('error')}\n`.repeat(1_000));
  expect(told).toHaveLength(21);
  expect(told.at(-1)).toBe('and 980 lines more');
});
