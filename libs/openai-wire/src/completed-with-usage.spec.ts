import fc from 'fast-check';
import { completedWithUsage, rewrittenWithUsage } from './completed-with-usage.js';
import { withJsonMembers } from './json-members.js';

const member = fc.oneof(
  fc.constantFrom(
    '"usage":{"a":1}',
    '"usage": {}',
    '"us\\u0061ge":{"b":"é"}',
    '"usage":null',
    '"model":"m"',
    '"x":[{"usage":{}}]',
  ),
  fc.string({ unit: 'grapheme' }).map((text) => `"text" : ${JSON.stringify(text)}`),
);
const answer = fc.array(member, { maxLength: 6 }).map((members) => ` {${members.join(' ,')} }`);
const changes = fc.record(
  { model: fc.constantFrom('"é"', null), new: fc.constant('{"usage":{}}') },
  { requiredKeys: [] },
);

describe('rewrittenWithUsage', () => {
  test('is the answer with its members replaced, and tells where its usage stands', () => {
    fc.assert(
      fc.property(answer, changes, (json, change) => {
        const replaced = change as Record<string, string | null>;
        expect(rewrittenWithUsage(json, replaced)).toEqual(
          completedWithUsage(withJsonMembers(json, replaced)),
        );
      }),
    );
  });

  test('of a repeated usage the last counts, and bytes are counted, not characters', () => {
    const { tail, usageMembersAt } = rewrittenWithUsage('{"é":1,"usage":{"a":1},"usage":{"b":2}}', {
      model: '"m"',
    });
    expect(tail.subarray(usageMembersAt).toString()).toBe('"b":2},"model":"m"}');
  });
});
