import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from './logger.js';
import { collectMetrics } from './metrics.js';
import { idOfNextTrace, recordSpans } from './spans.js';

const metricsIntervalMs = 15_000;
const exportTimeoutMs = 5_000;

/** Random ids, but for a trace whose id was chosen. */
class ChosenTraceIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();
  readonly generateSpanId = (): string => this.random.generateSpanId();
  readonly generateTraceId = (): string => idOfNextTrace() ?? this.random.generateTraceId();
}

/**
 * Sends the spans of a share of all traces, and all numbers, to a collector.
 * @param endpoint without a slash at its end
 * @returns what sends the rest and ends it, within a bounded time
 */
export function sendTelemetry(
  service: string,
  { endpoint, sampledShare }: { endpoint: string; sampledShare: number },
  logger: Logger,
): () => Promise<void> {
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'tokenroute',
    'service.instance.id': `${service}-${process.pid}`,
  });
  const provider = new BasicTracerProvider({
    resource,
    idGenerator: new ChosenTraceIds(),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: exportTimeoutMs }),
        { scheduledDelayMillis: 1_000, maxQueueSize: 4_096 },
      ),
    ],
  });
  recordSpans({ tracer: provider.getTracer('tokenroute'), sampledShare });
  const stopMetrics = sendMetrics(`${endpoint}/v1/metrics`, resource, logger);
  return async () => {
    recordSpans(null);
    await Promise.allSettled([provider.shutdown(), stopMetrics()]);
  };
}

function sendMetrics(url: string, resource: Resource, logger: Logger): () => Promise<void> {
  const exporter = new OTLPMetricExporter({ url, timeoutMillis: exportTimeoutMs });
  let reached = true;
  const send = async () => {
    const metrics = { ...(await collectMetrics()), resource };
    await new Promise<void>((resolve) => {
      exporter.export(metrics, ({ error }) => {
        if (error && reached) logger.warn({ err: error }, 'telemetry: collector does not take metrics');
        reached = !error;
        resolve();
      });
    });
  };
  const timer = setInterval(() => void send(), metricsIntervalMs).unref();
  return async () => {
    clearInterval(timer);
    await send();
    await exporter.shutdown();
  };
}
