import { createHash } from 'node:crypto';
import { Fault } from '@tokenroute/faults';
import { nameRequest } from './idempotency-key.js';

const body = Buffer.from('{"model":"m"}');
const attemptId = '01970000-0000-7000-8000-000000000001';

test('a request without the header has no name', () => {
  expect(nameRequest(undefined, body, attemptId)).toBeNull();
});

test.each(['a', 'x'.repeat(255), ' ', '~!"#%&{}', '6f1c2d1e-0000-4000-8000-000000000000'])(
  'the key %p names a request',
  (key) => {
    const requestDigest = createHash('sha256').update(body).digest();
    expect(nameRequest(key, body, attemptId)).toEqual({ key, requestDigest, attemptId });
  },
);

test.each(['', 'x'.repeat(256), 'sch\u00f6n', 'a\tb', 'a\nb', '\u007f', '鍵'])(
  'the key %p is a 400 that names the header and does not repeat the key',
  (key) => {
    let thrown: unknown;
    try {
      nameRequest(key, body, attemptId);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Fault);
    expect(thrown).toMatchObject({
      code: 'invalid-request',
      param: 'Idempotency-Key',
      publicMessage: 'Idempotency-Key: must be 1 to 255 printable ASCII characters.',
    });
  },
);
