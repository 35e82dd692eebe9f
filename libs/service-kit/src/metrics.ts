import type { Meter } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { emptyResource } from '@opentelemetry/resources';
import { readPreparedHistograms } from './prepared-histogram.js';

export type { Counter, Histogram, Meter, ObservableGauge } from '@opentelemetry/api';

const meterName = 'tokenroute';

const preparedHistograms: MetricProducer = {
  collect: () =>
    Promise.resolve({
      resourceMetrics: {
        resource: emptyResource(),
        scopeMetrics: [{ scope: { name: meterName }, metrics: readPreparedHistograms() }],
      },
      errors: [],
    }),
};

/**
 * Reads when it is asked. Instead of the Prometheus exporter's own reader, which goes on telling what a gauge no longer
 * observes: a process that has stopped watching something would show its last value for ever.
 */
class ScrapedReader extends MetricReader {
  constructor() {
    super({
      metricProducers: [preparedHistograms],
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}

const reader = new ScrapedReader();
const provider = new MeterProvider({ readers: [reader] });
// Who is asked is known to who asks: labels that repeat it on every line would only cost.
const serializer = new PrometheusSerializer('', false, undefined, true, true);

/**
 * Where every instrument of this process comes from. Not the API's global `metrics.getMeter`: until a provider is
 * registered that gives instruments which count nothing and say nothing of it, and the order of imports decides.
 */
export const meter: Meter = provider.getMeter(meterName);

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Everything measured. An observation that failed is left out. */
export async function collectMetrics(): Promise<ResourceMetrics> {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics;
}

/** Everything measured, in Prometheus' text format. */
export async function metricsText(): Promise<string> {
  return serializer.serialize(await collectMetrics());
}
