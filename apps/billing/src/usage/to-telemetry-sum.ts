import type { TelemetrySum } from '@tokenroute/contracts';
import { percentilesOf } from './percentiles.js';
import type { TelemetryCount } from './telemetry.repository.js';

const answered = 200;
/** As the gateway tells of a client that went away before the end. */
const clientClosedRequest = 499;

export function toTelemetrySum(counts: readonly TelemetryCount[]): TelemetrySum {
  const statuses = counts.filter(({ measure }) => measure === 'status');
  const sumOf = (wanted: (status: number) => boolean) =>
    statuses.reduce((sum, { value, requests }) => (wanted(value) ? sum + requests : sum), 0n);
  const percentiles = (measured: TelemetryCount['measure']) =>
    percentilesOf(
      counts.flatMap(({ measure, value, requests }) =>
        measure === measured ? { latencyClass: value, requests } : [],
      ),
    );
  return {
    requests: sumOf(() => true),
    failed: sumOf((status) => status !== answered && status !== clientClosedRequest),
    cancelled: sumOf((status) => status === clientClosedRequest),
    duration: percentiles('duration'),
    firstToken: percentiles('first-token'),
  };
}
