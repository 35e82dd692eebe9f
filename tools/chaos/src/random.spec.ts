import { Random } from './random.js';

const draw = (random: Random) => Array.from({ length: 20 }, () => random.next());

describe('chance', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(draw(new Random(7))).toEqual(draw(new Random(7)));
    expect(draw(new Random(7))).not.toEqual(draw(new Random(8)));
  });

  test('of one part does not depend on how much another part draws', () => {
    const quiet = new Random(7);
    const busy = new Random(7);
    const [quietPart, busyPart] = [quiet.fork(), busy.fork()];
    draw(busy);
    expect(draw(quietPart)).toEqual(draw(busyPart));
  });

  test('reaches both ends of a range, and keeps every item of a list', () => {
    const random = new Random(1);
    const seen = new Set(Array.from({ length: 200 }, () => random.whole(2, 5)));
    expect([...seen].sort()).toEqual([2, 3, 4, 5]);
    expect(random.shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
    expect(() => random.pick([])).toThrow('nothing to pick from');
  });
});
