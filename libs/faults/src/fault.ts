import { type FaultCode, faultTable } from './fault-table.js';

export interface FaultDetails {
  /** The request field at fault, for the client's `error.param`. */
  param?: string;
  /** Seconds after which trying again makes sense: becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** For the log only. */
  internal?: string;
  cause?: unknown;
  /** An operator has to do something: our account at a provider is empty, the catalogue names what is not there. */
  alarm?: boolean;
}

/**
 * A failure with a place in the fault table. Only `code`, `publicMessage`, `param` and `retryAfterSeconds` may reach
 * a client; `internal` and `cause` are for the log.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly publicMessage: string;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly internal: string | undefined;
  readonly alarm: boolean;

  constructor(code: FaultCode, publicMessage: string, details: FaultDetails = {}) {
    super(publicMessage, { cause: details.cause });
    this.name = 'Fault';
    this.code = code;
    this.publicMessage = publicMessage;
    this.param = details.param;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.internal = details.internal;
    this.alarm = details.alarm ?? false;
  }

  get httpStatus(): number {
    return faultTable[this.code].httpStatus;
  }

  /** Whether the same request may succeed later without a change. */
  get retryable(): boolean {
    return faultTable[this.code].retryable;
  }
}

/** The fault behind any thrown value; what is not a Fault is ours, and its text stays with us. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault('internal', 'The server had an internal error.', { cause: error });
}
