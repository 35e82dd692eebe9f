import type { Telemetry } from '@tokenroute/contracts';

/** What a hold keeps of how its request went; null: not known. */
export interface TelemetryRow {
  http_status: number | null;
  /** Null when nothing was told at all. */
  duration_ms: number | null;
  first_token_ms: number | null;
  streamed: boolean | null;
  finish_reason: string | null;
  upstream_model: string | null;
}

const untold: TelemetryRow = {
  http_status: null,
  duration_ms: null,
  first_token_ms: null,
  streamed: null,
  finish_reason: null,
  upstream_model: null,
};

const largestInteger = 2_147_483_647;
const readableReason = /^[\w-]{1,40}$/;
const readableModel = /^[\x21-\x7e]{1,200}$/;

/** Whatever was told fits its columns afterwards: no charge is refused for what its request was like. */
export function toTelemetryRow(telemetry: Telemetry | undefined): TelemetryRow {
  if (!telemetry) return untold;
  const { httpStatus, durationMs, firstTokenMs, streamed, finishReason, upstreamModel } = telemetry;
  return {
    http_status: httpStatus >= 100 && httpStatus <= 599 ? httpStatus : null,
    duration_ms: Math.min(durationMs, largestInteger),
    first_token_ms: firstTokenMs === undefined ? null : Math.min(firstTokenMs, largestInteger),
    streamed,
    finish_reason: readableReason.test(finishReason) ? finishReason : null,
    upstream_model: readableModel.test(upstreamModel) ? upstreamModel : null,
  };
}

/** Undefined when nothing was told. */
export function fromTelemetryRow(row: TelemetryRow): Telemetry | undefined {
  if (row.duration_ms === null) return undefined;
  return {
    httpStatus: row.http_status ?? 0,
    durationMs: row.duration_ms,
    firstTokenMs: row.first_token_ms ?? undefined,
    streamed: row.streamed ?? false,
    finishReason: row.finish_reason ?? '',
    upstreamModel: row.upstream_model ?? '',
  };
}
