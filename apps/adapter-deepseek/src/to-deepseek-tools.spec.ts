import { toDeepSeekTools } from './to-deepseek-tools.js';

describe('toDeepSeekTools', () => {
  test('function tools go as they are, without strict and without nulls (rule 48)', () => {
    const parameters = { type: 'object', properties: { x: { $ref: '#/$defs/x' } }, $defs: { x: {} } };
    const tools = [
      { type: 'function' as const, function: { name: 'f', description: null, parameters, strict: true } },
      { type: 'function' as const, function: { name: 'g' } },
    ];
    expect(toDeepSeekTools(tools)).toEqual([
      { type: 'function', function: { name: 'f', parameters } },
      { type: 'function', function: { name: 'g' } },
    ]);
  });

  test('no tools are no member', () => {
    expect(toDeepSeekTools([])).toBeUndefined();
    expect(toDeepSeekTools(null)).toBeUndefined();
  });
});
