import type { Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ChatRequest } from '@tokenroute/openai-wire';
import type { Attachment } from './inputs.js';

/** What a request can use at most; billing prices it. */
export interface Quantities {
  inputTokensBound: number;
  outputTokensLimit: number;
}

/** The dearest image of OpenAI's published rule: 2,833 + 8 tiles × 5,667 on gpt-4o-mini. */
const tokensPerAttachment = 48_169;

/**
 * Upper bounds of what a request will use. A token is at least one byte of its text, and never are there more than the
 * model's window takes; images and files count by a constant instead of their bytes.
 * @throws Fault invalid-request when more output is asked for than the model can give
 */
export function quantitiesOf(
  request: ChatRequest,
  attachments: Attachment[],
  bodyBytes: number,
  model: Model,
): Quantities {
  const textBytes = attachments.reduce((bytes, { payload }) => bytes - payload.length, bodyBytes);
  return {
    inputTokensBound: Math.min(textBytes + attachments.length * tokensPerAttachment, model.contextTokens),
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
