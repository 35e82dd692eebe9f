import type { Telemetry } from '@tokenroute/contracts';

/** What nginx logs for a client that went away before its answer was complete: no client ever reads it. */
export const clientClosedRequest = 499;

interface Timed {
  /** As performance.now() told. */
  receivedAtMs: number;
  request: { stream?: boolean | null | undefined };
  model: { upstreamModel: string };
}

/**
 * How a request went for its client, at its end.
 * @param httpStatus what the client is answered; the status of the fault also where a stream had begun with 200
 */
export function toTelemetry(
  { receivedAtMs, request, model }: Timed,
  { beganAtMs }: { beganAtMs: number | null },
  httpStatus: number,
  finishReason = '',
): Telemetry {
  return {
    httpStatus,
    durationMs: Math.round(performance.now() - receivedAtMs),
    firstTokenMs: beganAtMs === null ? undefined : Math.round(beganAtMs - receivedAtMs),
    streamed: request.stream === true,
    finishReason,
    upstreamModel: model.upstreamModel,
  };
}
