import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { BatchObservableResult } from '@opentelemetry/api';
import { meter } from './metrics.js';
import { version } from './version.js';

const microsecond = 1e-6;
const nanosecond = 1e-9;
/** Each sample wakes the process. At ten times as many an idle service spent most of its processor time on them. */
const sampleMs = 100;
const userTime = { 'cpu.mode': 'user' };
const systemTime = { 'cpu.mode': 'system' };

const cpuTime = meter.createObservableCounter('process.cpu.time', {
  unit: 's',
  description: 'Processor time used by the process',
});
const memory = meter.createObservableGauge('process.memory.usage', {
  unit: 'By',
  description: 'Physical memory in use by the process',
});
const heap = meter.createObservableGauge('v8js.memory.heap.used', {
  unit: 'By',
  description: 'Heap in use by JavaScript objects',
});
const uptime = meter.createObservableGauge('process.uptime', {
  unit: 's',
  description: 'Time since the process was started',
});
const buildInfo = meter.createObservableGauge('tokenroute.build_info', {
  description: 'Always 1; its label is the version that runs',
});
const loopUtilization = meter.createObservableGauge('nodejs.eventloop.utilization', {
  unit: '1',
  description: 'Share of time the event loop was busy since it was last asked',
});
const loopDelay = {
  p50: delayGauge('p50', 'median'),
  p99: delayGauge('p99', '99th percentile'),
  max: delayGauge('max', 'maximum'),
};

function delayGauge(name: string, description: string) {
  return meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, {
    unit: 's',
    description: `Delay of the event loop since it was last asked, ${description}`,
  });
}

/** From here on the process tells how it does: processor, memory, and how long its event loop keeps work waiting. */
export function observeProcess(): void {
  const delays = monitorEventLoopDelay({ resolution: sampleMs });
  delays.enable();
  // A sample is the time between two ticks: what is above the time asked for is the delay.
  const delay = (nanoseconds: number) => Math.max(0, nanoseconds * nanosecond - sampleMs / 1_000);
  let lastUtilization = performance.eventLoopUtilization();
  const observe = (result: BatchObservableResult): void => {
    const { user, system } = process.cpuUsage();
    result.observe(cpuTime, user * microsecond, userTime);
    result.observe(cpuTime, system * microsecond, systemTime);
    result.observe(memory, process.memoryUsage.rss());
    result.observe(heap, process.memoryUsage().heapUsed);
    result.observe(uptime, process.uptime());
    result.observe(buildInfo, 1, { version });
    const utilization = performance.eventLoopUtilization();
    result.observe(
      loopUtilization,
      performance.eventLoopUtilization(utilization, lastUtilization).utilization,
    );
    lastUtilization = utilization;
    result.observe(loopDelay.p50, delay(delays.percentile(50)));
    result.observe(loopDelay.p99, delay(delays.percentile(99)));
    result.observe(loopDelay.max, delay(delays.max));
    delays.reset();
  };
  meter.addBatchObservableCallback(observe, [
    cpuTime,
    memory,
    heap,
    uptime,
    buildInfo,
    loopUtilization,
    ...Object.values(loopDelay),
  ]);
}
