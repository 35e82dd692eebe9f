import type { AnswerEnd, ProviderDialect } from '@tokenroute/adapter-kit';
import { type CompletionOutcome, ExchangeResponse } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import fc from 'fast-check';
import { faultOf } from './describe-plain-answer.js';
import type { Scenario } from './scenario.js';
import { StreamRelay, toAnswerCall, translateStream } from './translation.js';

/** What a provider does not send, and who stands in its place may. */
const values: unknown[] = [
  null,
  true,
  '',
  'text',
  '\ud800',
  0,
  -1,
  0.5,
  1e308,
  9_007_199_254_740_993,
  [],
  [null],
  [[]],
  {},
  { a: null },
  '9'.repeat(400),
];

/** Whoever answers in the provider's place gets no further than a failed provider. */
export function describeHostileAnswers(dialect: ProviderDialect, scenarios: readonly Scenario[]): void {
  const [{ request }] = scenarios as [Scenario];

  test('a redirect is a failed provider: it is not followed', () => {
    for (const status of [301, 302, 303, 307, 308]) {
      for (const body of ['', '<html>Moved</html>']) {
        expect(dialect.fromError(status, body)).toMatchObject({ code: 'upstream' });
      }
    }
  });

  test('where a stream was asked for, anything else is a failed provider', () => {
    const bodies = ['', '<html><body>OK</body></html>', '{}', 'null', '\0'.repeat(100), '\ufeff', ': hi\n\n'];
    for (const body of [...bodies, ...scenarios.map(({ response }) => response)]) {
      const read = () => translateStream(dialect, toAnswerCall(request, 'stream'), [Buffer.from(body)]);
      expect({ body, fault: faultOf(read) }).toEqual({ body, fault: 'upstream' });
    }
  });

  test('events that are no JSON, or no object, are a failed provider', () => {
    for (const data of ['{', 'text', '[]', 'null', '1', '"text"', '{"a":}', '[DONE']) {
      const relay = new StreamRelay(dialect, toAnswerCall(request, 'stream'));
      const read = () => {
        relay.push(Buffer.from(`data: ${data}\n\n`));
        relay.end();
      };
      expect({ data, fault: faultOf(read) }).toEqual({ data, fault: 'upstream' });
    }
  });

  test('a plain answer with any member changed is an answer that can be told and charged, or a failed provider', () => {
    const answers = scenarios.map((scenario) => ({
      ...scenario,
      json: JSON.parse(scenario.response) as unknown,
    }));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.constantFrom(...values), (which, place, value) => {
        const { json, request: asked } = answers[which % answers.length]!;
        const body = JSON.stringify(changed(json, place, value));
        expectUseOrFault(() => dialect.fromResponse(body, toAnswerCall(asked, 'plain')));
      }),
      { numRuns: 200 },
    );
  });

  test('a stream with any member of an event changed is an answer that can be told and charged, or a failed provider', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom(...values), (which, event, place, value) => {
        const { stream, request: asked } = scenarios[which % scenarios.length]!;
        const sse = withEventChanged(stream, event, place, value);
        const call = toAnswerCall(asked, 'stream-with-usage');
        expectUseOrFault(() => translateStream(dialect, call, [Buffer.from(sse)]).end);
      }),
      { numRuns: 200 },
    );
  });
}

/** An outcome that cannot be written to the gateway would end every other completion with it. */
function expectUseOrFault(translate: () => AnswerEnd): void {
  let end: AnswerEnd;
  try {
    end = translate();
  } catch (error) {
    if (error instanceof Fault && error.code !== 'internal') return;
    throw error;
  }
  const { completed, usage, finishReason } = end;
  const outcome: CompletionOutcome = {
    end: { $case: 'completed', value: completed },
    usage: usage ?? undefined,
    finishReason,
    upstreamRequestId: '',
  };
  const event = { event: { $case: 'outcome' as const, value: outcome } };
  ExchangeResponse.encode({ frames: [{ completion: 1, event }], draining: false });
  for (const count of Object.values(usage ?? {})) {
    if (typeof count === 'number') expect(count).toBeGreaterThanOrEqual(0);
  }
}

function withEventChanged(stream: string, event: number, place: number, value: unknown): string {
  const lines = stream.split('\n');
  const data = lines.flatMap((line, index) => (/^data: ?\{/.test(line) ? [index] : []));
  const at = data[event % data.length]!;
  const json = JSON.parse(lines[at]!.replace(/^data: ?/, '')) as unknown;
  lines[at] = `data: ${JSON.stringify(changed(json, place, value))}`;
  return lines.join('\n');
}

/** A copy of it with one place, counted through all of it, changed. */
function changed(json: unknown, place: number, value: unknown): unknown {
  const copy = structuredClone(json);
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: unknown) => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const [key, member] of Object.entries(holder)) {
      places.push([holder as Record<string, unknown>, key]);
      visit(member);
    }
  };
  visit(copy);
  const [holder, key] = places[place % places.length]!;
  holder[key] = value;
  return copy;
}
