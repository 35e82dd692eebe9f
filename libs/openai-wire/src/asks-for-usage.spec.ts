import { asksForUsage } from './asks-for-usage.js';

describe('asksForUsage', () => {
  test.each([
    ['{"stream_options":{"include_usage":true}}', true],
    ['{"stream_options":{"include_usage":false}}', false],
    ['{"stream_options":null}', false],
    ['{"stream":true}', false],
  ])('%s: %s', (body, expected) => {
    expect(asksForUsage(body)).toBe(expected);
  });
});
