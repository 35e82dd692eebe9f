import type { Fault } from '@tokenroute/faults';
import { toProviderFault } from '@tokenroute/openai-wire';
import { errorSchema } from './anthropic-wire.js';

/** Said with status 400, and about our account: an empty balance, a spending limit we set ourselves. */
const ourAccount = /credit balance is too low|reached your specified (workspace )?API usage limits/i;

/** What an error answer means to the customer. https://platform.claude.com/docs/en/api/errors */
export function fromAnthropicError(status: number, body: string): Fault {
  const message = readMessage(body);
  // Anthropic has no code for a model it does not know: `not_found_error`, `model: claude-…`.
  const modelUnknown = status === 404 && /^model\b/.test(message ?? '');
  return toProviderFault({
    providerName: 'Anthropic',
    status,
    body,
    message,
    param: undefined,
    about: ourAccount.test(message ?? '') ? 'our-account' : modelUnknown ? 'unknown-model' : 'request',
  });
}

function readMessage(body: string): string | undefined {
  try {
    return errorSchema.parse(JSON.parse(body)).error.message ?? undefined;
  } catch {
    return undefined;
  }
}
