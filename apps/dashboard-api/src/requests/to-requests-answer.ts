import type {
  GetHoldResponse,
  ListRequestsResponse,
  LoggedRequest,
  Telemetry,
  Usage,
} from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import type { ReceiptAnswer, RequestsAnswer } from './requests-contract.js';

type RequestAnswer = RequestsAnswer['requests'][number];
type Request = Omit<LoggedRequest, 'usedAt'>;

export function toRequestsAnswer({ requests, nextPageToken }: ListRequestsResponse): RequestsAnswer {
  return { requests: requests.map(toRequestAnswer), nextPageToken: nextPageToken || null };
}

export function toReceiptAnswer(hold: GetHoldResponse): ReceiptAnswer {
  return {
    ...toRequestAnswer(hold),
    items: hold.items.map(({ kind, tokens, picoUsdPerToken, picoUsd }) => ({
      kind,
      tokens,
      picoUsdPerToken: picoUsdPerToken.toString(),
      picoUsd: picoUsd.toString(),
    })),
    priceId: hold.priceId.toString(),
    priceSource: hold.price?.source ?? '',
    planBasisPoints: hold.pricePlan?.basisPoints ?? null,
  };
}

function toRequestAnswer(request: Request): RequestAnswer {
  const isCharged = request.state === 'settled';
  return {
    id: request.id,
    keyId: request.keyId,
    model: request.model,
    state: request.state as RequestAnswer['state'],
    createdAt: timestampOf(request.createdAt),
    endedAt: timestampOf(request.endedAt),
    heldNanoUsd: request.amountNanoUsd.toString(),
    costNanoUsd: isCharged ? request.costNanoUsd.toString() : null,
    chargedNanoUsd: isCharged ? request.chargedNanoUsd.toString() : null,
    usage: request.usage ? toUsageAnswer(request.usage) : null,
    telemetry: request.telemetry ? toTelemetryAnswer(request.telemetry) : null,
  };
}

function toUsageAnswer(usage: Usage): RequestAnswer['usage'] {
  return {
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    cacheWriteTokens: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
    audioInputTokens: usage.audioInputTokens,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens,
    estimated: usage.estimated,
  };
}

function toTelemetryAnswer(telemetry: Telemetry): RequestAnswer['telemetry'] {
  return {
    httpStatus: telemetry.httpStatus || null,
    durationMs: telemetry.durationMs,
    firstTokenMs: telemetry.firstTokenMs ?? null,
    streamed: telemetry.streamed,
    finishReason: telemetry.finishReason || null,
    upstreamModel: telemetry.upstreamModel || null,
  };
}
