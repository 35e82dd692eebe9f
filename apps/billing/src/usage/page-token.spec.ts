import { readPageToken, toPageToken } from './page-token.js';

const place = { createdAtMicros: 1_764_345_600_123_456n, id: '0198e000-0000-7000-8000-000000000001' };

test('a place is the same after it was told, to the microsecond', () => {
  expect(readPageToken(toPageToken(place))).toEqual(place);
});

test.each(['', 'x', '1', '1.', `1.${'x'.repeat(36)}`, `-1.${place.id}`, `1.${place.id} `, `1e9.${place.id}`])(
  '%j is no place',
  (token) => {
    expect(readPageToken(token)).toBeNull();
  },
);
