import { Cancellation, type ProviderDialect } from '@tokenroute/adapter-kit';
import { Fault } from '@tokenroute/faults';
import { type AnswerMessage, toClientAnswer } from './client-answer.js';
import type { Scenario } from './scenario.js';
import { type Mode, publicModel, toAnswerCall, toCall } from './translation.js';
import { expectRoomForCost, expectUsageMember } from './usage-expectation.js';

/** A plain answer's body, as far as the suite looks at it. */
export interface ChatCompletion {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  choices: { index?: number; message: AnswerMessage & { role?: string }; finish_reason: string | null }[];
  usage?: Record<string, unknown> | null;
}

export function describePlainAnswer(dialect: ProviderDialect, scenario: Scenario): void {
  const { request, response, expected } = scenario;
  const answer = () => dialect.fromResponse(response, toAnswerCall(request, 'plain'));
  const completion = () => JSON.parse(answer().completed.tail.toString()) as ChatCompletion;

  test.each<Mode>(['plain', 'stream', 'stream-with-usage'])('its request can be sent (%s)', async (mode) => {
    const upstream = await dialect.toRequest(toCall(request, mode), new Cancellation());
    expect(upstream.path).toMatch(/^\//);
    expect(Object.values(upstream.headers).filter((value) => typeof value !== 'string')).toEqual([]);
    expect(upstream.ignoredParams.filter((name) => !(name in request))).toEqual([]);
    expect(JSON.parse(upstream.body)).toEqual(expect.any(Object));
  });

  test('its plain answer says what is expected', () => {
    const [choice] = completion().choices;
    const { usage: _usage, ...said } = expected;
    expect(toClientAnswer(choice!.message, choice!.finish_reason)).toEqual(said);
    expect(answer().finishReason).toBe(expected.finishReason);
  });

  test('its plain answer has the shape of a chat completion, under the id the client asked for', () => {
    const { choices, ...head } = completion();
    expect(head).toMatchObject({
      id: expect.stringMatching(/./) as string,
      object: 'chat.completion',
      model: publicModel,
    });
    expect(Number.isInteger(head.created)).toBe(true);
    expect(choices.map(({ index, message }) => [index, message.role])).toEqual([[0, 'assistant']]);
    const calls = choices[0]!.message.tool_calls ?? [];
    expect(calls.filter(({ id, type }) => !id || type !== 'function')).toEqual([]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  });

  test('its plain answer tells the usage that is billed, or none', () => {
    const { usage, completed } = answer();
    expect(usage).toEqual(expected.usage);
    if (usage === null) {
      expect(completion().usage ?? null).toBeNull();
      expect(completed.usageMembersAt).toBe(0);
      return;
    }
    expectUsageMember(completion().usage, usage);
    expectRoomForCost(completed);
  });

  test('its plain answer, broken off, is a fault of the provider', () => {
    const half = response.slice(0, Math.floor(response.trimEnd().length / 2));
    for (const body of ['', half, '{}', '[]', 'null', '<html></html>']) {
      expect(faultOf(() => dialect.fromResponse(body, toAnswerCall(request, 'plain')))).toBe('upstream');
    }
  });
}

/** The code of the fault thrown; what else is thrown passes through. */
export function faultOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'none';
}
