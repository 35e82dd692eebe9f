import {
  type GetUsageRequest,
  type GetUsageResponse,
  type Percentiles,
  type TelemetrySum,
  UsageGrouping,
  type UsageSum,
} from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import type { groupings, UsageAnswer, UsageQuery } from './usage-contract.js';

const groupingNumbers: Record<(typeof groupings)[number], UsageGrouping> = {
  hour: UsageGrouping.USAGE_GROUPING_HOUR,
  day: UsageGrouping.USAGE_GROUPING_DAY,
  key: UsageGrouping.USAGE_GROUPING_KEY,
  model: UsageGrouping.USAGE_GROUPING_MODEL,
};

export function fromUsageQuery(accountId: string, query: UsageQuery): GetUsageRequest {
  return {
    accountId,
    from: new Date(query.from),
    to: new Date(query.to),
    groupBy: query.groupBy.map((grouping) => groupingNumbers[grouping]),
    keyId: query.keyId ?? '',
    model: query.model ?? '',
    withTelemetry: query.withTelemetry,
  };
}

export function toUsageAnswer({ groups, total, telemetry }: GetUsageResponse): UsageAnswer {
  return {
    groups: groups.map(({ beginsAt, keyId, model, sum }) => ({
      beginsAt: timestampOf(beginsAt),
      keyId: keyId || null,
      model: model || null,
      sum: toSumAnswer(sum!),
    })),
    total: toSumAnswer(total!),
    telemetry: telemetry ? toTelemetryAnswer(telemetry) : null,
  };
}

function toTelemetryAnswer(sum: TelemetrySum): UsageAnswer['telemetry'] {
  return {
    requests: sum.requests.toString(),
    failed: sum.failed.toString(),
    cancelled: sum.cancelled.toString(),
    duration: toPercentilesAnswer(sum.duration),
    firstToken: toPercentilesAnswer(sum.firstToken),
  };
}

function toPercentilesAnswer(percentiles: Percentiles | undefined) {
  return percentiles ? { ...percentiles, requests: percentiles.requests.toString() } : null;
}

function toSumAnswer(sum: UsageSum): UsageAnswer['total'] {
  return {
    requests: sum.requests.toString(),
    inputTokens: sum.inputTokens.toString(),
    cachedInputTokens: sum.cachedInputTokens.toString(),
    cacheWriteTokens: (sum.cacheWrite5mTokens + sum.cacheWrite1hTokens).toString(),
    outputTokens: sum.outputTokens.toString(),
    reasoningTokens: sum.reasoningTokens.toString(),
    costNanoUsd: sum.costNanoUsd.toString(),
    chargedNanoUsd: sum.chargedNanoUsd.toString(),
  };
}
