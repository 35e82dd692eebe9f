import type { Fault } from '@tokenroute/faults';
import { toProviderFault } from '@tokenroute/openai-wire';
import { errorSchema } from './openai-wire.js';

/** Said with status 429, and about our account: it has no credit left, or its budget is used up. */
const quotaUsedUp = 'insufficient_quota';

/** What an error answer means to the customer. https://platform.openai.com/docs/guides/error-codes */
export function fromOpenAiError(status: number, body: string): Fault {
  const { message, param, code } = readError(body);
  return toProviderFault({
    providerName: 'OpenAI',
    status,
    body,
    message,
    param,
    about: code === 'model_not_found' ? 'unknown-model' : code === quotaUsedUp ? 'our-account' : 'request',
  });
}

function readError(body: string): { message?: string; param?: string; code?: string } {
  try {
    const { error } = errorSchema.parse(JSON.parse(body));
    return {
      message: error.message || undefined,
      param: error.param ?? undefined,
      code: error.code == null ? undefined : String(error.code),
    };
  } catch {
    return {};
  }
}
