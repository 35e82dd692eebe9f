import { validate, version } from 'uuid';
import { newRequestId } from './request-id.js';

test('ids are UUIDs of version 7, all different, also when their randomness is drawn anew', () => {
  const ids = Array.from({ length: 2_000 }, newRequestId);
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  // The 74 bits behind the time.
  expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length);
});
