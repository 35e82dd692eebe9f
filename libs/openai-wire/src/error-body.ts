import { type Fault, faultTable } from '@tokenroute/faults';

/** The one error body of every answer; `code` is the HTTP status as a number. */
export interface ErrorBody {
  error: { message: string; type: string; code: number; param: string | null };
}

export function toErrorBody(fault: Fault): ErrorBody {
  const kind = faultTable[fault.code];
  return {
    error: {
      message: fault.publicMessage,
      type: kind.openAiType,
      code: kind.httpStatus,
      param: fault.param ?? null,
    },
  };
}
