import { table } from './table.js';

test('columns are as wide as their widest cell', () => {
  expect(table(['load', 'n'], [['a longer name', '12345']])).toBe(
    ['| load          |     n |', '| :------------ | ----: |', '| a longer name | 12345 |'].join('\n'),
  );
});
