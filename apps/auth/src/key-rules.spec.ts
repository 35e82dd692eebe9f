import { Fault } from '@tokenroute/faults';
import { allowedModelsOf, digestOf, expiryOf, keyNameOf, keyStatusAt, limitOf, uuidOf } from './key-rules.js';

const now = new Date('2026-01-01T00:00:00.000Z');
const justBefore = new Date(now.getTime() - 1);
const justAfter = new Date(now.getTime() + 1);

/** The field and message of the refusal. */
function refusal(rule: () => unknown): { param: string | undefined; message: string } {
  try {
    rule();
  } catch (error) {
    if (error instanceof Fault && error.code === 'invalid-request') {
      return { param: error.param, message: error.publicMessage };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('keyStatusAt', () => {
  test.each([
    ['valid', null, null, null],
    ['valid', justAfter, null, null],
    ['expired', now, null, null],
    ['expired', justBefore, null, justBefore],
    ['revoked', null, justBefore, null],
    ['revoked', justAfter, justBefore, justBefore],
    ['revoked', justBefore, justBefore, null],
    ['revoked', null, justAfter, null],
    ['disabled', null, null, justBefore],
    ['disabled', justAfter, null, justBefore],
  ])('%s: expires %p, revoked %p, disabled %p', (status, expiresAt, revokedAt, disabledAt) => {
    expect(keyStatusAt({ expiresAt, revokedAt, disabledAt }, now)).toBe(status);
  });
});

describe('a UUID', () => {
  test('of any version is taken, in lower case', () => {
    expect(uuidOf('0197E000-0000-7000-8000-00000000000A', 'id')).toBe('0197e000-0000-7000-8000-00000000000a');
  });

  test.each(['', 'x', '0197e000000070008000000000000001', '{0197e000-0000-7000-8000-000000000001}'])(
    '%p is refused by the name of its field',
    (text) => {
      expect(refusal(() => uuidOf(text, 'account_id'))).toEqual({
        param: 'account_id',
        message: 'account_id must be a UUID.',
      });
    },
  );
});

describe('a digest', () => {
  test('has exactly 32 bytes', () => {
    expect(digestOf(Buffer.alloc(32, 7), 'key_digest')).toEqual(Buffer.alloc(32, 7));
    for (const size of [0, 31, 33, 64]) {
      expect(refusal(() => digestOf(Buffer.alloc(size), 'key_digest')).param).toBe('key_digest');
    }
  });
});

describe('a name', () => {
  test('left empty is `key`', () => {
    expect(keyNameOf('', 'name')).toBe('key');
  });

  test('has up to 100 characters, however many bytes they take', () => {
    expect(keyNameOf('🔑'.repeat(100), 'name')).toBe('🔑'.repeat(100));
    expect(refusal(() => keyNameOf('🔑'.repeat(101), 'name')).param).toBe('name');
  });

  test.each(['a\u0000b', 'a\nb', '\u007f', '\u0085'])(
    '%j is refused: PostgreSQL or people cannot keep it',
    (name) => {
      expect(refusal(() => keyNameOf(name, 'name')).param).toBe('name');
    },
  );
});

describe('a limit', () => {
  test('left out means not limited; zero does not', () => {
    expect(limitOf(undefined, 'requests_per_minute')).toBeNull();
    expect(refusal(() => limitOf(0, 'requests_per_minute')).param).toBe('requests_per_minute');
  });

  test('goes as far as PostgreSQL can hold it', () => {
    expect(limitOf(1, 'tokens_per_minute')).toBe(1);
    expect(limitOf(2_147_483_647, 'tokens_per_minute')).toBe(2_147_483_647);
    expect(refusal(() => limitOf(2_147_483_648, 'tokens_per_minute')).param).toBe('tokens_per_minute');
  });
});

describe('allowed models', () => {
  test('are up to 100 entries of up to 100 characters', () => {
    const most = Array.from({ length: 100 }, () => 'm'.repeat(100));
    expect(allowedModelsOf(most, 'allowed_models')).toEqual(most);
    expect(refusal(() => allowedModelsOf([...most, 'm'], 'allowed_models')).param).toBe('allowed_models');
  });

  test.each([
    ['an empty entry', ''],
    ['a long one', 'm'.repeat(101)],
    ['a control character', 'a\u0000'],
  ])('%s is refused by its place', (_, entry) => {
    expect(refusal(() => allowedModelsOf(['openai/*', entry], 'allowed_models')).param).toBe(
      'allowed_models[1]',
    );
  });
});

describe('an expiry', () => {
  test('left out means never', () => {
    expect(expiryOf(undefined, now, 'expires_at')).toBeNull();
  });

  test('is in the future, by a millisecond at least', () => {
    expect(expiryOf(justAfter, now, 'expires_at')).toEqual(justAfter);
    expect(refusal(() => expiryOf(now, now, 'expires_at')).message).toBe('expires_at must be in the future.');
    expect(refusal(() => expiryOf(justBefore, now, 'expires_at')).param).toBe('expires_at');
  });

  test('is a date that can be written', () => {
    for (const date of [new Date(Number.NaN), new Date('+010000-01-01T00:00:00Z')]) {
      expect(refusal(() => expiryOf(date, now, 'expires_at')).param).toBe('expires_at');
    }
  });
});
