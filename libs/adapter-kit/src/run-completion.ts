import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { asFault, type Fault } from '@tokenroute/faults';
import type { Logger } from '@tokenroute/service-kit';
import type { Caller, CompletionSink, ProviderAdapter } from './provider-adapter.js';

/** The one handler behind Complete and Exchange: an adapter's failure becomes an outcome. Never throws. */
export async function runCompletion(
  adapter: ProviderAdapter,
  request: CompleteRequest,
  sink: CompletionSink,
  caller: Caller,
  logger: Logger,
): Promise<CompletionOutcome> {
  try {
    return await adapter.complete(request, sink, caller);
  } catch (error) {
    const fault = asFault(error);
    const { requestId } = request;
    if (fault.code === 'internal')
      logger.error({ err: fault.cause, requestId }, 'completion: adapter failed');
    else
      logger.warn({ code: fault.code, internal: fault.internal, requestId }, 'completion: provider failed');
    return faultOutcome(fault);
  }
}

/** How a completion ends that failed. */
export function faultOutcome(fault: Fault): CompletionOutcome {
  return {
    end: {
      $case: 'fault',
      value: {
        code: fault.code,
        publicMessage: fault.publicMessage,
        param: fault.param ?? '',
        upstreamStatus: 0,
        retryAfterSeconds: fault.retryAfterSeconds ?? 0,
      },
    },
    upstreamRequestId: '',
    finishReason: '',
  };
}
