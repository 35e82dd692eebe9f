import { validate, version } from 'uuid';
import { namedHoldId } from './named-hold-id.js';

const account = '01970000-0000-7000-8000-000000000001';
const other = '01970000-0000-7000-8000-000000000002';

// Made with Python's hashlib and uuid. A change of these would let a repeat be charged again.
test.each([
  [account, 'order-42', 0, '32c63d17-fa34-86fb-9afb-2616cb60dd73'],
  [account, 'order-42', 1, '92c67eb0-1e25-88cf-8f98-7361a1a14461'],
  [other, 'order-42', 0, 'f273700b-eaab-8f82-bb99-b3a67ea36872'],
  [account, ' ~', 19, '153c6fd4-5fa0-80ac-9e64-cef43a1a09c8'],
])('the hold of account %s, key %p, attempt %i is %s', (accountId, key, attempt, holdId) => {
  expect(namedHoldId(accountId, key, attempt)).toBe(holdId);
});

test('every hold id is a UUID of version 8, and no two are the same', () => {
  const ids = [account, other].flatMap((accountId) =>
    Array.from({ length: 1_000 }, (_, index) => namedHoldId(accountId, `key-${index >> 1}`, index & 1)),
  );
  expect(ids.every((id) => validate(id) && version(id) === 8)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});
