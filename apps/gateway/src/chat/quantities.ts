import type { Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ChatRequest } from '@tokenroute/openai-wire';
import { inputBound } from './input-bound/input-bound.js';
import type { Attachment } from './inputs.js';

/** What a request can use at most; billing prices it. */
export interface Quantities {
  inputTokensBound: number;
  outputTokensLimit: number;
}

/**
 * Upper bounds of what a request will use; never are there more input tokens than the model's window takes.
 * @throws Fault invalid-request when more output is asked for than the model can give
 */
export function quantitiesOf(request: ChatRequest, attachments: Attachment[], model: Model): Quantities {
  return {
    inputTokensBound: inputBound(request, attachments, model),
    outputTokensLimit: outputLimit(request, model) * (request.n ?? 1),
  };
}

function outputLimit(request: ChatRequest, model: Model): number {
  const param = request.max_completion_tokens != null ? 'max_completion_tokens' : 'max_tokens';
  const asked = request[param] ?? model.maxOutputTokens;
  if (asked > model.maxOutputTokens) {
    const message = `${param}: ${model.id} gives at most ${model.maxOutputTokens} completion tokens.`;
    throw new Fault('invalid-request', message, { param });
  }
  return asked;
}
