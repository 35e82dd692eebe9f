import { withoutNulls } from './without-nulls.js';

test('withoutNulls leaves out null and undefined, nothing else', () => {
  expect(withoutNulls({ a: null, b: undefined, c: 0, d: '', e: false, f: [null] })).toEqual({
    c: 0,
    d: '',
    e: false,
    f: [null],
  });
});
