import type { Fault } from '@tokenroute/faults';
import { toProviderFault } from '@tokenroute/openai-wire';
import { errorSchema, providerName } from './deepseek-wire.js';

/**
 * What an error answer means to the customer. https://api-docs.deepseek.com/quick_start/error_codes
 * DeepSeek's 402 says that *our* balance is empty: never the customer's 402.
 */
export function fromDeepSeekError(status: number, body: string): Fault {
  const { message, param } = readError(body);
  const modelUnknown = /model not exist/i.test(message ?? '');
  return toProviderFault({
    providerName,
    status,
    body,
    message,
    param,
    about: modelUnknown ? 'unknown-model' : 'request',
  });
}

function readError(body: string): { message?: string; param?: string } {
  try {
    const { error } = errorSchema.parse(JSON.parse(body));
    return { message: error.message ?? undefined, param: error.param ?? undefined };
  } catch {
    return {};
  }
}
