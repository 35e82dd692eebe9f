import { ConfigError } from '@tokenroute/service-kit';
import { readKeyFile, readSingleKey } from './provider-keys.js';

const read = (text: string) => readKeyFile(text, 'ACME_API_KEY_FILE');

describe('a file of keys', () => {
  test('has one a line, with its weight, and comments', () => {
    const text = '# ours\nsk-one\r\n\n  sk-two 3 # of the second project\nsk#three 12\n';
    expect(read(text)).toEqual([
      { key: 'sk-one', weight: 1 },
      { key: 'sk-two', weight: 3 },
      { key: 'sk#three', weight: 12 },
    ]);
  });

  test.each([
    ['sk-secret\nsk-secret-2 0', 'line 2 of its file has a weight that is not a whole number from 1 to 1000'],
    ['sk-secret 1.5', 'line 1 of its file has a weight that is not a whole number from 1 to 1000'],
    ['sk-secret 1001', 'line 1 of its file has a weight that is not a whole number from 1 to 1000'],
    ['sk-secret sk-secret-2', 'line 1 of its file has a weight that is not a whole number from 1 to 1000'],
    ['sk-secret 1 2', 'line 1 of its file has more than a key and its weight'],
    ['\n\nsk-secrét', 'line 3 of its file has a character that no key has'],
    ['sk-secret\n#\nsk-secret 2', 'line 3 of its file has the key of line 1 again'],
    ['# none\n', 'its file has no key'],
  ])('that is not usable is refused by variable and line, without a key: %j', (text, problem) => {
    expect(() => read(text)).toThrow(new ConfigError(`ACME_API_KEY_FILE: ${problem}`));
  });

  test('one key of a variable is refused the same way', () => {
    expect(readSingleKey('sk-1', 'ACME_API_KEY')).toEqual([{ key: 'sk-1', weight: 1 }]);
    const problem = new ConfigError('ACME_API_KEY: has a character that no key has');
    expect(() => readSingleKey('sk-1\n', 'ACME_API_KEY')).toThrow(problem);
  });
});
