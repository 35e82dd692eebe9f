import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { apiKeyDigest, apiKeyPattern, displayApiKey, generateApiKey, parseApiKey } from './api-key.js';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Keys over arbitrary random bytes: the bytes fast-check chose, then others so that a run of unusable ones ends. */
const keys = fc.uint8Array({ minLength: 32, maxLength: 64 }).map((bytes) => {
  let drawn = 0;
  return generateApiKey((size) => Uint8Array.from({ length: size }, () => bytes[drawn++] ?? drawn % 248));
});

const replaceAt = (text: string, index: number, character: string) =>
  text.slice(0, index) + character + text.slice(index + 1);

describe('a key', () => {
  test('has the published form, whatever the random bytes', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(key).toMatch(/^sk-tr-[0-9A-Za-z]{38}$/);
        expect(parseApiKey(key)).toEqual({ kind: 'well-formed', key });
      }),
    );
  });

  test('never changes its form: keys that were issued stay valid', () => {
    const key = generateApiKey((size) => new Uint8Array(size));
    expect(key).toBe('sk-tr-000000000000000000000000000000004ADEKm');
    expect(parseApiKey(key).kind).toBe('well-formed');
  });

  test('ends with the CRC32 of what precedes, in base62, most significant first', () => {
    fc.assert(
      fc.property(keys, (key) => {
        let checksum = 0;
        for (const character of key.slice(38)) checksum = checksum * 62 + alphabet.indexOf(character);
        expect(checksum).toBe(plainCrc32(key.slice(0, 38)));
      }),
    );
  });

  test('is different each time', () => {
    const many = new Set(Array.from({ length: 1_000 }, () => generateApiKey()));
    expect(many.size).toBe(1_000);
  });
});

describe('the random characters', () => {
  test('come from every byte below 248 equally often, and from none above', () => {
    const counts = new Map<string, number>();
    let byte = 0;
    // 31 keys of 32 characters take each of the 248 usable bytes exactly four times.
    for (let key = 0; key < 31; key++) {
      const text = generateApiKey((size) => Uint8Array.from({ length: size }, () => byte++ % 256));
      for (const character of text.slice(6, 38)) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([...counts.keys()].sort().join('')).toBe(alphabet);
    expect(new Set(counts.values())).toEqual(new Set([16]));
  });

  test('are evenly spread over many keys', () => {
    const counts = new Map<string, number>();
    const keyCount = 4_000;
    for (let key = 0; key < keyCount; key++) {
      for (const character of generateApiKey().slice(6, 38))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (keyCount * 32) / 62;
    const chiSquare = [...alphabet].reduce(
      (sum, c) => sum + ((counts.get(c) ?? 0) - expected) ** 2 / expected,
      0,
    );
    // 61 degrees of freedom: an even source is above 140 once in ten million runs; a modulo bias would give about 1,800.
    expect(chiSquare).toBeLessThan(140);
  });
});

describe('parseApiKey', () => {
  test('refuses every change of one character', () => {
    fc.assert(
      fc.property(
        keys,
        fc.nat({ max: 43 }),
        fc.constantFrom(...alphabet, '-', '_', ' '),
        (key, index, character) => {
          fc.pre(key[index] !== character);
          expect(parseApiKey(replaceAt(key, index, character)).kind).toBe('malformed');
        },
      ),
    );
  });

  test('refuses every change of one character of one key, without exception', () => {
    const key = generateApiKey();
    for (let index = 0; index < key.length; index++) {
      for (const character of alphabet) {
        const changed = replaceAt(key, index, character);
        if (changed !== key) expect(parseApiKey(changed)).toEqual({ kind: 'malformed' });
      }
    }
  });

  test('refuses every swap of two neighbours', () => {
    fc.assert(
      fc.property(keys, (key) => {
        for (let index = 0; index + 1 < key.length; index++) {
          const swapped = key.slice(0, index) + key[index + 1] + key[index] + key.slice(index + 2);
          if (swapped !== key) expect(parseApiKey(swapped).kind).toBe('malformed');
        }
      }),
    );
  });

  test.each([
    ['nothing', () => ''],
    ['a key that is cut short', () => generateApiKey().slice(0, -1)],
    ['a key with one character too many', () => `${generateApiKey()}0`],
    ['a key with white space around', () => ` ${generateApiKey()}`],
    ['a key with a line end', () => `${generateApiKey()}\n`],
    ['the prefix in capitals', () => generateApiKey().replace('sk-tr-', 'SK-TR-')],
    ['a key of another service', () => `sk-${'a'.repeat(41)}`],
    ['letters outside ASCII', () => replaceAt(generateApiKey(), 10, 'ö')],
    ['a checksum above 32 bits', () => `${generateApiKey().slice(0, 38)}zzzzzz`],
    ['a megabyte', () => 'sk-tr-'.padEnd(1_000_000, 'a')],
  ])('refuses %s', (_, text) => {
    expect(parseApiKey(text()).kind).toBe('malformed');
  });

  test('refuses any text that was not generated', () => {
    fc.assert(fc.property(fc.string(), (text) => parseApiKey(text).kind === 'malformed'));
  });
});

describe('apiKeyDigest', () => {
  test('is the SHA-256 of the whole key', () => {
    const key = generateApiKey();
    expect(apiKeyDigest(key)).toHaveLength(32);
    expect(apiKeyDigest(key).toString('hex')).toBe(createHash('sha256').update(key).digest('hex'));
  });
});

describe('displayApiKey', () => {
  test('shows the prefix and the last four characters, nothing else', () => {
    const key = generateApiKey();
    expect(displayApiKey(key)).toBe(`sk-tr-…${key.slice(40)}`);
    expect(displayApiKey(key)).toHaveLength(11);
  });
});

describe('apiKeyPattern', () => {
  test('finds a key inside a text', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom('"', "'", '=', ' ', '\n', '(', ',', ''), (key, edge) => {
        expect(apiKeyPattern.exec(`Authorization: Bearer ${edge}${key}${edge}\nnext`)?.[0]).toBe(key);
      }),
    );
  });

  test('does not find a part of a longer word', () => {
    const key = generateApiKey();
    expect(apiKeyPattern.test(`${key}0`)).toBe(false);
    expect(apiKeyPattern.test(`x${key}`)).toBe(false);
  });

  test('keeps no state between uses', () => {
    const key = generateApiKey();
    expect([apiKeyPattern.test(key), apiKeyPattern.test(key)]).toEqual([true, true]);
  });
});

/** CRC-32/ISO-HDLC bit by bit, from its definition. */
function plainCrc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
