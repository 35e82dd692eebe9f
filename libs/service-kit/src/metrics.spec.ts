import { meter, metricsText } from './metrics.js';
import { observeProcess } from './process-metrics.js';

const lines = async (pattern: RegExp) =>
  (await metricsText()).split('\n').filter((line) => pattern.test(line));

describe('what is measured', () => {
  test('is told in the text format: name, labels, value, and nothing that the asker knows already', async () => {
    const counter = meter.createCounter('test.answers', { description: 'Answers', unit: '{answer}' });
    counter.add(2, { 'answer.kind': 'say "no"' });
    counter.add(1, { 'answer.kind': 'say "no"' });
    expect(await lines(/test_answers/)).toEqual([
      '# HELP test_answers_total Answers',
      '# UNIT test_answers_total {answer}',
      '# TYPE test_answers_total counter',
      'test_answers_total{answer_kind="say \\"no\\""} 3',
    ]);
  });

  test('is there before its first event once it has been set to zero', async () => {
    meter.createCounter('test.silent').add(0);
    expect(await lines(/^test_silent/)).toEqual(['test_silent_total 0']);
  });

  test('an observation that fails takes no other one with it', async () => {
    meter.createObservableGauge('test.broken').addCallback(() => {
      throw new Error('no');
    });
    meter.createObservableGauge('test.whole').addCallback((result) => result.observe(7));
    expect(await lines(/^test_(broken|whole) /)).toEqual(['test_whole 7']);
  });

  test('what a gauge no longer observes is not told any more', async () => {
    let known: number | undefined = 7;
    meter.createObservableGauge('test.known').addCallback((result) => {
      if (known !== undefined) result.observe(known);
    });
    expect(await lines(/^test_known /)).toEqual(['test_known 7']);
    expect(await lines(/^test_known /)).toEqual(['test_known 7']);
    known = undefined;
    expect(await lines(/^test_known /)).toEqual([]);
    known = 8;
    expect(await lines(/^test_known /)).toEqual(['test_known 8']);
  });

  test('the process tells its memory, its processor time and the delay of its event loop', async () => {
    observeProcess();
    const [memory] = await lines(/^process_memory_usage /);
    expect(Number(memory!.split(' ')[1])).toBeGreaterThan(1_000_000);
    expect(await lines(/^process_cpu_time_total\{/)).toHaveLength(2);
    const delays = await lines(/^nodejs_eventloop_delay_/);
    expect(delays).toHaveLength(3);
    for (const delay of delays) expect(Number(delay.split(' ')[1])).toBeGreaterThanOrEqual(0);
  });
});
