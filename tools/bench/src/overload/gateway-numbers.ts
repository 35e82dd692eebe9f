/** What the gateway says of itself at /metrics. Counts since its start; delays since it was last asked. */
export interface GatewayNumbers {
  /** Refused requests, by what there was too much of. */
  refusals: Record<string, number>;
  /** 503s for chat completions: how many took at most so many seconds. */
  refusedWithin: Map<number, number>;
  billingWaitingLimit: number;
  requestsUnderWay: number;
  loopDelayP99Ms: number;
  loopDelayMaxMs: number;
}

export async function readGatewayNumbers(url: string): Promise<GatewayNumbers> {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`the gateway's metrics: ${response.status}`);
  return parseGatewayNumbers(await response.text());
}

export function parseGatewayNumbers(text: string): GatewayNumbers {
  const one = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const refusals = text.matchAll(/^tokenroute_overload_refusals_total{reason="(\w+)"} (\d+)$/gm);
  return {
    refusals: Object.fromEntries([...refusals].map(([, reason, count]) => [reason!, Number(count)])),
    refusedWithin: refusedWithin(text),
    requestsUnderWay: one('tokenroute_requests_under_way'),
    billingWaitingLimit: one('tokenroute_billing_waiting_limit'),
    loopDelayP99Ms: 1_000 * one('nodejs_eventloop_delay_p99'),
    loopDelayMaxMs: 1_000 * one('nodejs_eventloop_delay_max'),
  };
}

function refusedWithin(text: string): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const [, labels, count] of text.matchAll(/^http_server_request_duration_bucket{(.*)} (\d+)$/gm)) {
    if (!labels!.includes('http_response_status_code="503"')) continue;
    if (!labels!.includes('http_route="/v1/chat/completions"')) continue;
    const bound = /le="([^"]+)"/.exec(labels!)?.[1];
    buckets.set(bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), Number(count));
  }
  return buckets;
}

/** The share of the 503s between two readings that took at most so many seconds; 1 when there were none. */
export function shareWithin(seconds: number, before: GatewayNumbers, after: GatewayNumbers): number {
  const grown = (bound: number) =>
    (after.refusedWithin.get(bound) ?? 0) - (before.refusedWithin.get(bound) ?? 0);
  const all = grown(Number.POSITIVE_INFINITY);
  return all === 0 ? 1 : grown(seconds) / all;
}
