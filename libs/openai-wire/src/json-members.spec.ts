import fc from 'fast-check';
import { jsonMembers, withJsonMembers } from './json-members.js';

const plainKey = fc.string().filter((key) => key !== '__proto__');

describe('jsonMembers', () => {
  test('finds every top-level member of any object JSON can write', () => {
    fc.assert(
      fc.property(
        fc.dictionary(plainKey, fc.jsonValue()),
        fc.constantFrom(undefined, 1, '\t'),
        (object, indent) => {
          const json = JSON.stringify(object, null, indent);
          const members = jsonMembers(json)!;
          const read = members.map((member) => [
            member.key,
            JSON.parse(json.slice(member.valueStart, member.valueEnd)),
          ]);
          expect(Object.fromEntries(read)).toEqual(JSON.parse(json));
        },
      ),
    );
  });

  test('a text that is not an object has no members', () => {
    expect(jsonMembers('[{"a":1}]')).toBeNull();
    expect(jsonMembers('"{}"')).toBeNull();
  });
});

describe('withJsonMembers', () => {
  test('leaves every other byte as it was: big numbers, escapes, order', () => {
    const json = '{ "seed" : 12345678901234567890, "model":"gpt-4o", "t":1.0, "s":"\\u0041\\"}" }';
    expect(withJsonMembers(json, { model: '"upstream"' })).toBe(
      '{"seed" : 12345678901234567890,"model":"upstream","t":1.0,"s":"\\u0041\\"}"}',
    );
  });

  test('adds what is new and removes what is null', () => {
    expect(withJsonMembers('{"a":1,"b":[{"a":2}]}', { a: null, c: '{}' })).toBe('{"b":[{"a":2}],"c":{}}');
    expect(withJsonMembers('{}', { a: '1' })).toBe('{"a":1}');
  });

  test('a repeated or escaped key cannot smuggle a second value past the change', () => {
    const json = '{"model":"cheap","messages":[],"\\u006dodel":"dear"}';
    const changed = withJsonMembers(json, { model: '"upstream"' });
    expect(changed.match(/odel"/g)).toHaveLength(1);
    expect(JSON.parse(changed)).toEqual({ model: 'upstream', messages: [] });
  });
});
