import { completeToolCalls } from './complete-tool-calls.js';

const mint = (index: number) => `minted${index}`;

describe('completeToolCalls', () => {
  test('fills in what a dialect left out: id, type, arguments (rule 44)', () => {
    const calls = [
      { id: 'null', function: { name: 'a', arguments: '' } },
      { index: 1, function: { name: 'b', arguments: { x: 1 } } },
    ];
    expect(completeToolCalls(calls, mint)).toEqual([
      { id: 'minted0', type: 'function', function: { name: 'a', arguments: '{}' } },
      { id: 'minted1', type: 'function', function: { name: 'b', arguments: '{"x":1}' } },
    ]);
  });

  test('keeps ids, argument text and members it does not know', () => {
    const call = {
      id: 'c1',
      type: 'function',
      function: { name: 'a', arguments: '{"z":1, "a":2}' },
      more: 1,
    };
    expect(completeToolCalls([call], mint)).toEqual([call]);
  });
});
