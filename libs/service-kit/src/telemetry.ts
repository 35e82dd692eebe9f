import type { Logger } from './logger.js';

export interface TelemetryConfig {
  /** Of a collector that takes OTLP over HTTP, e.g. `http://collector:4318`; absent: nothing is sent anywhere. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  /** The share of requests whose trace is recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: number;
}

let end: (() => Promise<void>) | null = null;

/** Sends traces and numbers to a collector, when there is one. A collector that is away costs data, never a request. */
export async function startTelemetry(
  service: string,
  config: TelemetryConfig,
  logger: Logger,
): Promise<void> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/$/, '');
  if (endpoint === undefined) return;
  // Loaded by those alone who have a collector: it takes as long as a good part of a service's start.
  const { sendTelemetry } = await import('./send-telemetry.js');
  end = sendTelemetry(service, { endpoint, sampledShare: config.OTEL_TRACES_SAMPLER_ARG }, logger);
}

/** Sends what was recorded and not sent yet; within a bounded time. */
export async function endTelemetry(): Promise<void> {
  await end?.();
  end = null;
}
