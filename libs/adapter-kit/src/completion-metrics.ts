import { performance } from 'node:perf_hooks';
import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { asFault } from '@tokenroute/faults';
import { type HistogramSeries, meter, PreparedHistogram } from '@tokenroute/service-kit';

const secondsBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const duration = new PreparedHistogram('gen_ai.client.operation.duration', {
  unit: 's',
  description: 'From a request to the provider to the end of its answer',
  boundaries: secondsBoundaries,
});
const firstChunk = new PreparedHistogram('gen_ai.client.operation.time_to_first_chunk', {
  unit: 's',
  description: 'From a request to the provider to the first piece of its stream',
  boundaries: secondsBoundaries,
});
const speed = new PreparedHistogram('tokenroute.provider.output.speed', {
  unit: '{token}/s',
  description: 'Tokens written a second, from the first piece of a stream to its end',
  boundaries: [5, 10, 20, 40, 80, 160, 320, 640, 1_280],
});
const underWay = meter.createObservableGauge('tokenroute.provider.requests.under_way', {
  unit: '{request}',
  description: 'Completions that the provider is working at',
});
const circuitOpen = meter.createObservableGauge('tokenroute.provider.circuit.open', {
  description: '1 while the provider keeps failing and is left alone',
});

interface ModelSeries {
  durationByOutcome: Map<string, HistogramSeries>;
  firstChunk: HistogramSeries;
  speed: HistogramSeries;
}

/** How one provider does, by its models. Models are those of the catalogue, so there are few. */
export class CompletionMetrics {
  private readonly byModel = new Map<string, ModelSeries>();

  /** @param name as OpenTelemetry's conventions call the provider */
  constructor(private readonly name: string) {}

  observe(state: { underWay(): number; circuitOpen(): boolean }): void {
    const attributes = { 'gen_ai.provider.name': this.name };
    underWay.addCallback((result) => result.observe(state.underWay(), attributes));
    circuitOpen.addCallback((result) => result.observe(state.circuitOpen() ? 1 : 0, attributes));
  }

  begin({ upstreamModel }: CompleteRequest): CompletionTimes {
    let series = this.byModel.get(upstreamModel);
    if (!series) {
      const attributes = { 'gen_ai.provider.name': this.name, 'gen_ai.request.model': upstreamModel };
      series = {
        durationByOutcome: new Map(),
        firstChunk: firstChunk.series(attributes),
        speed: speed.series(attributes),
      };
      this.byModel.set(upstreamModel, series);
    }
    return new CompletionTimes(series, this.name, upstreamModel);
  }
}

/** The clock of one completion. */
export class CompletionTimes {
  private readonly startedAtMs = performance.now();
  private firstChunkAtMs = 0;

  constructor(
    private readonly series: ModelSeries,
    private readonly provider: string,
    private readonly model: string,
  ) {}

  /** The first piece of a stream has come. */
  begun(): void {
    this.firstChunkAtMs = performance.now();
    this.series.firstChunk.record((this.firstChunkAtMs - this.startedAtMs) / 1_000);
  }

  ended({ usage, end }: CompletionOutcome): void {
    const nowMs = performance.now();
    const outcome = end?.$case === 'cancelled' ? 'cancelled' : '';
    this.durationOf(outcome).record((nowMs - this.startedAtMs) / 1_000);
    const streamedMs = nowMs - this.firstChunkAtMs;
    if (this.firstChunkAtMs > 0 && usage && streamedMs > 0) {
      this.series.speed.record((usage.outputTokens * 1_000) / streamedMs);
    }
  }

  failed(error: unknown): void {
    this.durationOf(asFault(error).code).record((performance.now() - this.startedAtMs) / 1_000);
  }

  /** @param errorType empty: it went well */
  private durationOf(errorType: string): HistogramSeries {
    const { durationByOutcome } = this.series;
    let series = durationByOutcome.get(errorType);
    if (!series) {
      series = duration.series({
        'gen_ai.provider.name': this.provider,
        'gen_ai.request.model': this.model,
        ...(errorType !== '' && { 'error.type': errorType }),
      });
      durationByOutcome.set(errorType, series);
    }
    return series;
  }
}
