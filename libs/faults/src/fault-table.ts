export interface FaultKind {
  httpStatus: number;
  /** `error.type` in the OpenAI envelope. */
  openAiType: string;
  /** gRPC status code, https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
  grpcStatus: number;
  /** The same request may succeed later without a change. */
  retryable: boolean;
}

/** Every failure a client can meet, and how each protocol says it. */
export const faultTable = {
  'invalid-request': {
    httpStatus: 400,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  authentication: { httpStatus: 401, openAiType: 'authentication_error', grpcStatus: 16, retryable: false },
  'insufficient-quota': {
    httpStatus: 402,
    openAiType: 'insufficient_quota',
    grpcStatus: 9,
    retryable: false,
  },
  permission: { httpStatus: 403, openAiType: 'permission_error', grpcStatus: 7, retryable: false },
  'not-found': { httpStatus: 404, openAiType: 'invalid_request_error', grpcStatus: 5, retryable: false },
  'method-not-allowed': {
    httpStatus: 405,
    openAiType: 'invalid_request_error',
    grpcStatus: 12,
    retryable: false,
  },
  conflict: { httpStatus: 409, openAiType: 'invalid_request_error', grpcStatus: 6, retryable: false },
  'too-large': { httpStatus: 413, openAiType: 'invalid_request_error', grpcStatus: 3, retryable: false },
  'unsupported-media-type': {
    httpStatus: 415,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  unprocessable: { httpStatus: 422, openAiType: 'invalid_request_error', grpcStatus: 3, retryable: false },
  'rate-limited': { httpStatus: 429, openAiType: 'rate_limit_error', grpcStatus: 8, retryable: true },
  internal: { httpStatus: 500, openAiType: 'server_error', grpcStatus: 13, retryable: true },
  upstream: { httpStatus: 502, openAiType: 'upstream_error', grpcStatus: 14, retryable: true },
  unavailable: { httpStatus: 503, openAiType: 'service_unavailable_error', grpcStatus: 14, retryable: true },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultTable;

/** Whether a text that came over a wire is a code of the table. */
export function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(faultTable, text);
}
