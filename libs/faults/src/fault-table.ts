export interface FaultKind {
  /** When a customer meets it: what the documents and the description of the API say. */
  when: string;
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
    when: 'The body is not JSON, or a field is missing, wrong or not to be had from this provider; `param` names it.',
    httpStatus: 400,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  authentication: {
    when: 'There is no key, or it is malformed, unknown, revoked, disabled or expired.',
    httpStatus: 401,
    openAiType: 'authentication_error',
    grpcStatus: 16,
    retryable: false,
  },
  'insufficient-quota': {
    when: 'The balance, the budget of the key or `max_cost` does not cover the most the request can cost.',
    httpStatus: 402,
    openAiType: 'insufficient_quota',
    grpcStatus: 9,
    retryable: false,
  },
  permission: {
    when: 'The key may not use this model, or the account is frozen.',
    httpStatus: 403,
    openAiType: 'permission_error',
    grpcStatus: 7,
    retryable: false,
  },
  'not-found': {
    when: 'There is no such model, path or request of yours.',
    httpStatus: 404,
    openAiType: 'invalid_request_error',
    grpcStatus: 5,
    retryable: false,
  },
  'method-not-allowed': {
    when: 'The path does not take this method.',
    httpStatus: 405,
    openAiType: 'invalid_request_error',
    grpcStatus: 12,
    retryable: false,
  },
  conflict: {
    when: 'A request with this `Idempotency-Key` is under way or took the place of this one, or its answer is no longer kept.',
    httpStatus: 409,
    openAiType: 'invalid_request_error',
    grpcStatus: 6,
    retryable: false,
  },
  'too-large': {
    when: 'The body is too large.',
    httpStatus: 413,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  'unsupported-media-type': {
    when: 'The body is of a type that cannot be read.',
    httpStatus: 415,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  unprocessable: {
    when: 'The provider understood the request and cannot process it.',
    httpStatus: 422,
    openAiType: 'invalid_request_error',
    grpcStatus: 3,
    retryable: false,
  },
  'rate-limited': {
    when: 'The requests or tokens per minute of the key, or its requests at the same time, are used up; `Retry-After` tells for how long.',
    httpStatus: 429,
    openAiType: 'rate_limit_error',
    grpcStatus: 8,
    retryable: true,
  },
  internal: {
    when: 'Something went wrong in tokenroute; nothing is charged.',
    httpStatus: 500,
    openAiType: 'server_error',
    grpcStatus: 13,
    retryable: true,
  },
  upstream: {
    when: 'The provider failed; nothing is charged.',
    httpStatus: 502,
    openAiType: 'upstream_error',
    grpcStatus: 14,
    retryable: true,
  },
  unavailable: {
    when: 'A part of tokenroute is down, or there is too much to do at once; `Retry-After` tells when to try again.',
    httpStatus: 503,
    openAiType: 'service_unavailable_error',
    grpcStatus: 14,
    retryable: true,
  },
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultTable;

/** Whether a text that came over a wire is a code of the table. */
export function isFaultCode(text: string): text is FaultCode {
  return Object.hasOwn(faultTable, text);
}
