/** Headers of ours that answers carry. */
export const answerHeaders = {
  requestId: 'x-request-id',
  hold: 'x-tokenroute-hold-usd',
  upstreamModel: 'x-tokenroute-upstream-model',
  ignoredParameters: 'x-tokenroute-ignored-params',
  replayed: 'idempotency-replayed',
} as const;
