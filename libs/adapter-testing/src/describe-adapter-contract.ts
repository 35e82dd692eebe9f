import { Cancellation, type ProviderDialect } from '@tokenroute/adapter-kit';
import { Fault } from '@tokenroute/faults';
import { describeCancellation } from './describe-cancellation.js';
import { describeConversation } from './describe-conversation.js';
import { describeHostileAnswers } from './describe-hostile-answers.js';
import { describePlainAnswer } from './describe-plain-answer.js';
import { describeStream } from './describe-stream.js';
import { Fixtures, type Scenario, scenarioNames, shows } from './scenario.js';
import { StreamRelay, toAnswerCall, toCall } from './translation.js';

/**
 * Declares the tests that every adapter has to pass, over its own fixtures (the README lists the files).
 * For a spec's top level: `describeAdapterContract(openAiDialect, new URL('./fixtures/', import.meta.url))`.
 */
export function describeAdapterContract(dialect: ProviderDialect, fixturesFolder: string | URL): void {
  const fixtures = new Fixtures(fixturesFolder);
  describe(`${dialect.providerName} behind the adapters' contract`, () => {
    describe.each(scenarioNames)('%s', (name) => {
      test('has its fixtures, or a reason why there are none', () => {
        expect(fixtures.gaps(name)).toEqual([]);
      });

      if (fixtures.isNone(name) || fixtures.gaps(name).length > 0) return;
      const scenario = fixtures.scenario(name);

      test('shows what it is named after', () => {
        expect(shows(name, scenario.expected)).toBe(true);
      });

      describePlainAnswer(dialect, scenario);
      describeStream(dialect, scenario);
      describeConversation(dialect, scenario);
    });

    test('our key is in one header, and in nothing else of a request', async () => {
      const secret = 'sk-of-this-test';
      expect(Object.values(dialect.authorize(secret)).filter((value) => value.includes(secret))).toHaveLength(
        1,
      );
      const names = Object.keys(dialect.authorize(secret));
      const { headers } = await dialect.toRequest(toCall(anyRequest(fixtures), 'plain'), new Cancellation());
      expect(Object.keys(headers).filter((name) => names.includes(name))).toEqual([]);
    });

    describeErrors(dialect, fixtures);
    describe('with a hostile provider', () => {
      const complete = scenarioNames.filter(
        (name) => !fixtures.isNone(name) && fixtures.gaps(name).length === 0,
      );
      describeHostileAnswers(
        dialect,
        complete.map((name) => fixtures.scenario(name)),
      );
    });
    if (fixtures.gaps('text').length === 0) {
      describe('when the client goes away', () => describeCancellation(dialect, fixtures.scenario('text')));
    }
  });
}

function describeErrors(dialect: ProviderDialect, fixtures: Fixtures): void {
  test('an error before the answer is the fault it stands for', () => {
    const errors = fixtures.errorsBefore();
    expect(errors.length).toBeGreaterThan(0);
    for (const { status, body, fault } of errors) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const thrown = dialect.fromError(status, text);
      expect(thrown).toBeInstanceOf(Fault);
      expect({ status, fault: thrown.code }).toEqual({ status, fault });
      expect(thrown.publicMessage).not.toBe('');
    }
  });

  test('an error answer that is not the provider’s own is a fault all the same', () => {
    for (const body of ['', '<html>Bad Gateway</html>', '[]', 'null', '{"error":null}', '{"error":"late"}']) {
      expect(dialect.fromError(502, body)).toMatchObject({ code: 'upstream' });
    }
  });

  test('an error inside the stream is a fault, not an end', () => {
    const stream = Buffer.from(fixtures.errorInside());
    const relay = new StreamRelay(dialect, toAnswerCall(anyRequest(fixtures), 'stream'));
    // Before end(), which would fault for the missing finish event alone.
    const read = () => {
      relay.push(stream);
      relay.finishInput();
    };
    expect(read).toThrow(Fault);
  });
}

function anyRequest(fixtures: Fixtures): Scenario['request'] {
  return fixtures.scenario('text').request;
}
