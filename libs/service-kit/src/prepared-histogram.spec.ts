import { metricsText } from './metrics.js';
import { PreparedHistogram } from './prepared-histogram.js';

const histogram = new PreparedHistogram('test.duration', {
  unit: 's',
  description: 'For this test',
  boundaries: [0.1, 1],
});
const lines = async () =>
  (await metricsText()).split('\n').filter((line) => line.startsWith('test_duration'));

describe('a prepared histogram', () => {
  test('is not told before its first value', async () => {
    histogram.series({ route: '/unused' });
    expect(await lines()).toEqual([]);
  });

  test('counts each value in the first bucket whose end is not below it, by its labels', async () => {
    const series = histogram.series({ route: '/a' });
    for (const value of [0.05, 0.1, 0.5, 7]) series.record(value);
    expect(await lines()).toEqual([
      'test_duration_count{route="/a"} 4',
      'test_duration_sum{route="/a"} 7.65',
      'test_duration_bucket{route="/a",le="0.1"} 2',
      'test_duration_bucket{route="/a",le="1"} 3',
      'test_duration_bucket{route="/a",le="+Inf"} 4',
    ]);
  });
});
