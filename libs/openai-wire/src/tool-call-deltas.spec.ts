import { ToolCallDeltas } from './tool-call-deltas.js';

const deltas = () => new ToolCallDeltas((index) => `minted${index}`);

describe('ToolCallDeltas', () => {
  test('pieces that are complete stay the very same objects', () => {
    const calls = deltas();
    const first = [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }];
    const next = [{ index: 0, function: { arguments: '{"x":' } }];
    expect(calls.push(first)).toBe(first);
    expect(calls.push(next)).toBe(next);
  });

  test('missing index, type and id are filled in (rule 44)', () => {
    const calls = deltas();
    expect(
      calls.push([{ function: { name: 'f', arguments: '{}' } }, { id: 'b', function: { name: 'g' } }]),
    ).toEqual([
      { index: 0, id: 'minted0', type: 'function', function: { name: 'f', arguments: '{}' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
    ]);
  });

  test('calls with ids of their own are calls of their own, even when all say index 0', () => {
    const calls = deltas();
    calls.push([{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }]);
    expect(
      calls.push([{ index: 0, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }]),
    ).toEqual([{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } }]);
  });

  test('id and name come once: repeats and nulls are taken out of later pieces', () => {
    const calls = deltas();
    calls.push([{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }]);
    expect(calls.push([{ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }])).toEqual([
      { index: 0, function: { arguments: '{' } },
    ]);
    expect(
      calls.push([{ index: 0, id: null, type: null, function: { name: null, arguments: '}' } }]),
    ).toEqual([{ index: 0, function: { arguments: '}' } }]);
  });

  test('a piece without index and id continues the last call', () => {
    const calls = deltas();
    calls.push([{ id: 'a', function: { name: 'f', arguments: '{' } }]);
    calls.push([{ id: 'b', function: { name: 'g', arguments: '{' } }]);
    expect(calls.push([{ function: { arguments: '}' } }])).toEqual([
      { index: 1, function: { arguments: '}' } },
    ]);
  });

  test('a call whose arguments never came gets an empty object, once', () => {
    const calls = deltas();
    calls.push([
      { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '{"x":1}' } },
    ]);
    expect(calls.missingArguments()).toEqual([{ index: 0, function: { arguments: '{}' } }]);
    expect(calls.missingArguments()).toEqual([]);
  });
});
