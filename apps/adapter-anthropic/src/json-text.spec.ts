import fc from 'fast-check';
import { JsonText, writeJson } from './json-text.js';

describe('writeJson', () => {
  test('writes what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(writeJson(value)).toBe(JSON.stringify(value))));
    expect(writeJson({ a: undefined, b: [1] })).toBe('{"b":[1]}');
  });

  test('takes JSON text over as it stands', () => {
    const text = '{"b":1.0,"10":12345678901234567890,"2":"\\u0041"}';
    expect(writeJson({ input: new JsonText(text) })).toBe(`{"input":${text}}`);
  });
});
