import { type Fault, faultTable } from '@tokenroute/faults';
import type { ErrorBody } from './chat-answer-wire.js';

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
