import type { AnswerEnd, ProviderDialect } from '@tokenroute/adapter-kit';
import { Fault } from '@tokenroute/faults';
import fc from 'fast-check';
import { joinChunks, readChunks } from './chat-chunk.js';
import { type ClientAnswer, toClientAnswer } from './client-answer.js';
import type { Expected, Scenario } from './scenario.js';
import { streamViolations } from './stream-violations.js';
import {
  cut,
  type Mode,
  publicModel,
  toAnswerCall,
  translateStream,
  type TranslatedStream,
} from './translation.js';
import { expectRoomForCost, expectUsageMember } from './usage-expectation.js';

/** What may lie between a provider and us without a change of meaning. */
const disguises: [name: string, disguise: (sse: string) => string][] = [
  ['as it is', (sse) => sse],
  ['its lines ended by CRLF', (sse) => sse.replace(/\r?\n/g, '\r\n')],
  ['with comments between its events', (sse) => `: hi\n\n${sse.replace(/\n\n/g, '\n\n: keep-alive\n\n')}`],
];

type Run = (pieces: readonly Uint8Array[], mode?: Mode) => TranslatedStream;

export function describeStream(dialect: ProviderDialect, scenario: Scenario): void {
  const sse = scenario.stream.replace(/\r\n/g, '\n');
  const run: Run = (pieces, mode = 'stream-with-usage') =>
    translateStream(dialect, toAnswerCall(scenario.request, mode), pieces);
  describeWhatItSays(run, sse, scenario.expected);
  describeItsDelivery(run, sse, scenario.expected);
}

function describeWhatItSays(run: Run, sse: string, { usage, ...said }: Expected): void {
  test('its stream, put together, says what is expected', () => {
    const translated = run([Buffer.from(sse)]);
    expect(answerOf(translated)).toEqual(said);
    expect(translated.end.finishReason).toBe(said.finishReason);
  });

  test.each<Mode>(['stream', 'stream-with-usage'])('its stream has the shape of one (%s)', (mode) => {
    const translated = run([Buffer.from(sse)], mode);
    const tail = translated.end.completed.tail.toString();
    expect(streamViolations(readChunks(translated.sse + tail), publicModel)).toEqual([]);
    // Every event of its own: the gateway adds others between and behind them.
    expect(translated.sse).toMatch(/^(data: .*\n\n)*$/);
  });

  test('its stream counts all that was generated, from which a lost usage is estimated', () => {
    // Not the refusal: some providers explain one in words that are not the model's.
    const written = Buffer.byteLength(said.text + said.reasoning);
    expect(run([Buffer.from(sse)]).generatedBytes).toBeGreaterThanOrEqual(written);
  });

  test('its stream tells the usage that is billed to a client that asked, in a chunk of its own at the end', () => {
    const { sse: before, end } = run([Buffer.from(sse)]);
    expect(end.usage).toEqual(usage);
    expect(usagesIn(before)).toEqual([]);
    if (usage === null) return expectNoUsage(end);
    expect(end.completed.tail.toString()).toMatch(/^data: .*\n\n$/);
    const [chunk] = readChunks(end.completed.tail.toString());
    expect(chunk!.choices).toEqual([]);
    expectUsageMember(chunk!.usage, usage);
    expectRoomForCost(end.completed);
  });

  test('its stream tells no usage to a client that did not ask, and the same to billing', () => {
    const { sse: before, end } = run([Buffer.from(sse)], 'stream');
    expect(end.usage).toEqual(usage);
    expect(before).not.toContain('"usage"');
    expectNoUsage(end);
  });
}

function describeItsDelivery(run: Run, sse: string, { usage: _usage, ...said }: Expected): void {
  test.each(disguises)('its stream says the same wherever its bytes are cut (%s)', (_name, disguise) => {
    const bytes = Buffer.from(disguise(sse));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length - 1), { maxLength: 40 }), (places) => {
        expect(answerOf(run(cut(bytes, places)))).toEqual(said);
      }),
      { numRuns: 50 },
    );
    const everyByte = Array.from({ length: bytes.length }, (_, at) => at);
    expect(answerOf(run(cut(bytes, everyByte)))).toEqual(said);
  });

  test('its stream, broken off anywhere, is a fault of the provider or the whole answer', () => {
    const bytes = Buffer.from(sse);
    const breakOff = (length: number) => {
      const outcome = brokenOff(() => run([bytes.subarray(0, length)]));
      if (outcome !== 'upstream') expect({ length, outcome }).toEqual({ length, outcome: said });
      return outcome;
    };
    const eventEnds = [...sse.matchAll(/\n\n/g)].map(({ index }) =>
      Buffer.byteLength(sse.slice(0, index + 2)),
    );
    expect([0, eventEnds[0]!].map(breakOff)).toEqual(['upstream', 'upstream']);
    eventEnds.forEach(breakOff);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => void breakOff(length)),
      { numRuns: 200 },
    );
  });
}

function answerOf({ sse, end }: TranslatedStream): ClientAnswer {
  const { message, finishReason } = joinChunks(readChunks(sse + end.completed.tail.toString()));
  return toClientAnswer(message, finishReason);
}

function usagesIn(sse: string): unknown[] {
  return readChunks(sse).flatMap((chunk) => chunk.usage ?? []);
}

function expectNoUsage({ completed }: AnswerEnd): void {
  expect(completed.tail.toString()).toBe('');
  expect(completed.usageMembersAt).toBe(0);
}

function brokenOff(action: () => TranslatedStream): ClientAnswer | string {
  try {
    return answerOf(action());
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}
