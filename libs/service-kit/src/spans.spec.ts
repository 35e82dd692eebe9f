import {
  BasicTracerProvider,
  InMemorySpanExporter,
  RandomIdGenerator,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  beginTrace,
  childSpan,
  continueTrace,
  endSpan,
  idOfNextTrace,
  nextTraceIsRecorded,
  recordSpans,
  traceparentOf,
  withSpan,
} from './spans.js';

const requestId = '01234567-89ab-7def-8123-456789abcdef';
const traceId = '0123456789ab7def8123456789abcdef';
const parent = `00-${traceId}-b7ad6b7169203331`;
const random = new RandomIdGenerator();
const exporter = new InMemorySpanExporter();
const tracer = new BasicTracerProvider({
  idGenerator: { ...random, generateTraceId: () => idOfNextTrace() ?? random.generateTraceId() },
  spanProcessors: [new SimpleSpanProcessor(exporter)],
}).getTracer('test');

describe('while spans are recorded', () => {
  beforeEach(() => {
    exporter.reset();
    recordSpans({ tracer, sampledShare: 1 });
  });
  afterEach(() => recordSpans(null));

  test('a trace that begins here has the id of its request, and the next one has its own', () => {
    expect(beginTrace('a', requestId, {})!.spanContext().traceId).toBe(traceId);
    expect(beginTrace('b', 'req-1', {})!.spanContext().traceId).toMatch(/^(?!0123456789ab7def)[0-9a-f]{32}$/);
  });

  test('a trace goes on under the parent that was told, and only when that was recorded', () => {
    const span = continueTrace('a', `${parent}-01`, {})!;
    expect(traceparentOf(span)).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    endSpan(span);
    expect(exporter.getFinishedSpans()[0]!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    for (const told of [undefined, '', 'nonsense', `${parent}-00`]) {
      expect(continueTrace('a', told, {})).toBeNull();
    }
  });

  test('a share of nought records nothing of its own', () => {
    recordSpans({ tracer, sampledShare: 0 });
    expect(nextTraceIsRecorded()).toBe(false);
  });

  test('work that fails ends its span with the kind of failure and without its words', async () => {
    const span = beginTrace('a', requestId, {});
    const failing = () =>
      Promise.reject(Object.assign(new Error('my secret prompt'), { code: 'ECONNRESET' }));
    await expect(withSpan(span, 'part', {}, failing)).rejects.toThrow('my secret prompt');
    const [part] = exporter.getFinishedSpans();
    expect(part).toMatchObject({ name: 'part', attributes: { 'error.type': 'ECONNRESET' }, events: [] });
    expect(JSON.stringify([part!.attributes, part!.status])).not.toContain('secret');
  });
});

test('while nothing is recorded every span is null, and work is done all the same', async () => {
  expect(nextTraceIsRecorded()).toBe(false);
  expect(continueTrace('a', `${parent}-01`, {})).toBeNull();
  expect(childSpan(null, 'a', {})).toBeNull();
  expect(traceparentOf(null)).toBeUndefined();
  await expect(withSpan(null, 'a', {}, (span) => Promise.resolve(span))).resolves.toBeNull();
});
