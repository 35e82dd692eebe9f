/** What the gateway says of itself at /metrics. Counts since its start; delays since it was last asked. */
export interface GatewayNumbers {
  /** Refused requests, by what there was too much of. */
  refusals: Record<string, number>;
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
    requestsUnderWay: one('tokenroute_requests_under_way'),
    billingWaitingLimit: one('tokenroute_billing_waiting_limit'),
    loopDelayP99Ms: 1_000 * one('nodejs_eventloop_delay_p99'),
    loopDelayMaxMs: 1_000 * one('nodejs_eventloop_delay_max'),
  };
}
