import { chooseVariants, variants } from './variants.js';

test('without a wish every variant is run, those that break connections last', () => {
  expect(chooseVariants(undefined)).toBe(variants);
  const firstBroken = variants.findIndex(({ broken }) => broken);
  expect(variants.slice(firstBroken).every(({ broken }) => broken)).toBe(true);
});

test('one variant is chosen by what the table calls it', () => {
  expect(chooseVariants('plain').map(({ name }) => name)).toEqual(['']);
  expect(chooseVariants('split=1').map(({ name }) => name)).toEqual(['split=1']);
});

test('a variant that is not there is refused, with those that are', () => {
  expect(() => chooseVariants('spilt=1')).toThrow(/spilt=1.*plain, split=1/);
});
